package io.sluice.sqlite;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What can be done with a file beside running a hub on it.
 *
 * <p>Stateless. Each method blocks until it is done.
 */
public final class SqliteFile {

  /**
   * What a check found.
   *
   * @param events how many events are stored
   * @param channels how many channels hold something
   * @param newest sequence of the newest event, stored or not
   * @param problems what is wrong, for people; the first hundred
   */
  public record Report(long events, long channels, long newest, List<String> problems) {

    public Report {
      problems = List.copyOf(problems);
    }

    /** Whether nothing is wrong. */
    public boolean isSound() {
      return problems.isEmpty();
    }
  }

  /**
   * What a repair came to.
   *
   * @param damaged where the old file is now
   * @param events how many events were saved
   * @param problems what couldn't be read, for people; the first hundred
   */
  public record Repaired(Path damaged, long events, List<String> problems) {

    public Repaired {
      problems = List.copyOf(problems);
    }
  }

  /**
   * What an import came to.
   *
   * @param events how many events were appended
   * @param live how many were passed over because their channels' events are live only
   * @param retimed how many got another time than they came with: in a log time never goes back,
   *     nor is it later than now
   */
  public record Imported(long events, long live, long retimed) {}

  private SqliteFile() {}

  /**
   * Reads everything and holds it against each other. A hub may run on the file meanwhile.
   *
   * @throws UnusableFileException if it isn't such a file, or can't be opened at all
   */
  public static Report check(Path file) {
    return new FileCheck(file).run();
  }

  /**
   * Puts what can be read into a new file, which takes the old one's place; the old one is kept
   * beside it. Since nobody can tell what is missing, a new epoch begins, of which no id of before
   * is. No hub may run on the file.
   *
   * @throws UnusableFileException if nothing can be read, or a hub runs on it; then all stays as it
   *     was
   */
  public static Repaired repair(Path file) {
    return new FileRepair(file).run();
  }

  /**
   * Writes all events that are stored, oldest first, one JSON object a line, as {@code GET
   * /history} has them. A hub may run on the file meanwhile.
   *
   * @param lines gets the lines; what it throws is passed on
   * @return how many
   * @throws UnusableFileException if it can't be read
   */
  public static long exportTo(Path file, Appendable lines) throws IOException {
    return new Export(file).run(lines);
  }

  /**
   * Appends events, in the order of the lines, each as {@link #exportTo} writes it. They get new
   * ids; {@code channel} and {@code data} are required, {@code id} is passed over. No hub may run
   * on the file; if there is none, it is made.
   *
   * <p>A time is kept as long as it isn't before that of the event before, nor later than now;
   * retention goes by it, so that what is too old for its channel is given up soon. Lines are
   * committed a thousand at a time: if one is wrong, those of the thousands before are there.
   *
   * @throws UnusableFileException if the file can't be used
   * @throws IllegalArgumentException if a line is wrong, with its number and what is wrong
   */
  public static Imported importFrom(SqliteOptions options, BufferedReader lines)
      throws IOException {
    return new Import(options).run(lines);
  }

  /**
   * Copies the file as it is at one moment. A hub may run on it meanwhile, and isn't held up; its
   * write-ahead log grows until the copy is done. A hub that runs on the copy begins a new epoch
   * that forks off there.
   *
   * @param target where to; no file may be there
   * @throws UnusableFileException if the file can't be read or the copy not be written
   */
  public static void backup(Path file, Path target) {
    Backup.run(file, target);
  }
}
