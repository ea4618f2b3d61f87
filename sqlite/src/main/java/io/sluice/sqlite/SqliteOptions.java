package io.sluice.sqlite;

import io.sluice.log.RetentionRules;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * How a store is set up.
 *
 * <p>Immutable.
 *
 * @param file the database; beside it lie {@code -wal}, {@code -shm} and {@code .lock} files
 * @param sync what a power cut may cost
 * @param rules how far back resumes reach, by channel
 * @param timeLines whether frames carry a {@code time:} line
 * @param clock gives events their times
 * @param limits bounds of what it takes
 */
public record SqliteOptions(
    Path file,
    Sync sync,
    RetentionRules rules,
    boolean timeLines,
    InstantSource clock,
    Limits limits) {

  /** What a power cut may cost. The end of the process alone, however sudden, costs nothing. */
  public enum Sync {
    /** Nothing that was answered: each commit waits until the disk has it. */
    FULL,
    /** The newest commits; the file stays whole. */
    NORMAL,
    /** The newest commits, and maybe the file. */
    OFF
  }

  /**
   * Bounds of what a store takes.
   *
   * @param maxFileBytes what the file and its write-ahead log may grow to together: past it, the
   *     oldest events of the heaviest channels go; 0 for no bound
   * @param maxQueuedBytes frames that may wait in memory for a commit
   * @param cachedChannels channels whose counts are held in memory
   * @param emptyChannels channels that hold nothing whose losses are remembered one by one
   */
  public record Limits(
      long maxFileBytes, long maxQueuedBytes, int cachedChannels, int emptyChannels) {

    /** The smallest bound of the file: below it the tables themselves have no room. */
    public static final long MIN_FILE_BYTES = 4 << 20;

    private static final long MAX_WAL_BYTES = 32 << 20;

    /** No bound of the file, 64 MiB waiting, 50,000 channels cached, 100,000 empty ones. */
    public static final Limits DEFAULT = new Limits(0, 64 << 20, 50_000, 100_000);

    public Limits {
      if (maxFileBytes != 0 && maxFileBytes < MIN_FILE_BYTES) {
        throw new IllegalArgumentException(
            "the file needs at least "
                + MIN_FILE_BYTES
                + " bytes, or 0 for no bound: "
                + maxFileBytes);
      }
      if (maxQueuedBytes < 1 || cachedChannels < 1 || emptyChannels < 0) {
        throw new IllegalArgumentException("bounds must be positive");
      }
    }

    /** How much of the write-ahead log makes the next commit begin it anew. */
    long walBytes() {
      return maxFileBytes == 0 ? MAX_WAL_BYTES : Math.min(MAX_WAL_BYTES, maxFileBytes / 8);
    }

    /** How many pages the tables may take, or 0 for any number. */
    long maxTablePages() {
      // The log may be twice what it should be while somebody reads.
      return maxFileBytes == 0 ? 0 : (maxFileBytes - 2 * walBytes()) / Schema.PAGE_BYTES;
    }

    /** The same with another bound of the file. */
    public Limits withMaxFileBytes(long bytes) {
      return new Limits(bytes, maxQueuedBytes, cachedChannels, emptyChannels);
    }
  }

  /** A store that loses nothing, with the default retention. */
  public static SqliteOptions of(Path file) {
    return new SqliteOptions(
        file, Sync.FULL, RetentionRules.DEFAULT, false, InstantSource.system(), Limits.DEFAULT);
  }

  /** The same with another promise. */
  public SqliteOptions withSync(Sync other) {
    return new SqliteOptions(file, other, rules, timeLines, clock, limits);
  }

  /** The same with other rules. */
  public SqliteOptions withRules(RetentionRules other) {
    return new SqliteOptions(file, sync, other, timeLines, clock, limits);
  }

  /** The same with or without {@code time:} lines. */
  public SqliteOptions withTimeLines(boolean lines) {
    return new SqliteOptions(file, sync, rules, lines, clock, limits);
  }

  /** The same with another clock. */
  public SqliteOptions withClock(InstantSource other) {
    return new SqliteOptions(file, sync, rules, timeLines, other, limits);
  }

  /** The same with other bounds. */
  public SqliteOptions withLimits(Limits other) {
    return new SqliteOptions(file, sync, rules, timeLines, clock, other);
  }
}
