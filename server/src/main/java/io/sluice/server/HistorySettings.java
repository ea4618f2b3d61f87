package io.sluice.server;

import io.sluice.log.RetentionRules;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is kept, where and for how long.
 *
 * <p>Immutable.
 *
 * @param store what holds the log
 * @param data the directory of a file, if the store has one
 * @param sync what a power cut may cost
 * @param disk bound for the file, if there is one
 * @param memory bound for what the hub as a whole keeps in memory
 * @param channels retention per channel pattern; the first pattern that matches counts
 * @param redis the server that hubs share, if the store is one
 */
public record HistorySettings(
    Store store,
    Optional<Path> data,
    Sync sync,
    Optional<ByteSize> disk,
    ByteSize memory,
    RetentionRules channels,
    RedisSettings redis) {

  /** The name of the file in the directory. */
  private static final String FILE = "sluice.db";

  /** What holds the log. */
  public enum Store {
    /** The hub's own memory: history is gone when the process ends. */
    MEMORY,
    /** A SQLite file, behind the memory. */
    SQLITE,
    /** A Redis or Valkey server that hubs share, behind the memory. */
    REDIS
  }

  /** What a power cut may cost. The end of the process alone costs nothing. */
  public enum Sync {
    /** Nothing that was answered. */
    FULL,
    /** The newest events. */
    NORMAL,
    /** The newest events, and maybe the file. */
    OFF
  }

  /** The file that holds the log, if one does. */
  public Optional<Path> file() {
    return data.map(HistorySettings::fileIn);
  }

  /** The file in a directory of data. */
  public static Path fileIn(Path data) {
    return data.resolve(FILE);
  }
}
