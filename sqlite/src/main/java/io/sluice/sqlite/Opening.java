package io.sluice.sqlite;

import io.sluice.log.Epochs;
import io.sluice.sqlite.SqliteOptions.Sync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a file for a hub: looks whether it may be used, takes its lock, and decides whether a new
 * life of the log begins.
 *
 * <p>Used once, by one caller.
 */
final class Opening {

  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  private static final String EPOCH_CHARACTERS = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int EPOCH_LENGTH = 6;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** What was opened. */
  record Opened(FileLock lock, Connection connection, Epochs epochs, boolean rulesAreNew) {}

  private final SqliteOptions options;
  private final Path file;
  private final @Nullable String boot;

  /**
   * @param boot how the kernel names its run, or null if that isn't known
   */
  Opening(SqliteOptions options, @Nullable String boot) {
    this.options = options;
    this.file = options.file().toAbsolutePath();
    this.boot = boot;
  }

  /**
   * Opens it.
   *
   * @throws UnusableFileException if it can't be used
   */
  Opened open() {
    FileChecks.library();
    FileChecks.directory(file);
    FileLock lock = FileLock.take(file);
    try {
      return open(lock);
    } catch (UnusableFileException e) {
      close(lock, e);
      throw e;
    } catch (SQLException | IOException e) {
      close(lock, e);
      throw FileChecks.unusable(file, e);
    }
  }

  private static void close(FileLock lock, Exception cause) {
    try {
      lock.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private Opened open(FileLock lock) throws SQLException, IOException {
    boolean isNew = FileChecks.isNew(file, lock);
    boolean logIsThere = Files.exists(FileChecks.walOf(file));
    WalCheck log = WalCheck.of(FileChecks.walOf(file));
    if (!isNew) {
      look(log);
    }
    Connection connection = Connections.writing(file, options.sync(), isNew);
    try {
      if (FileChecks.isBlank(connection)) {
        Schema.create(connection);
      }
      FileState state = FileState.read(connection);
      Epochs known = state.lives().isEmpty() ? null : new Epochs(state.lives());
      String whyFork = known == null ? null : whyFork(state, lock, logIsThere, log);
      Epochs epochs = epochs(known, whyFork, connection);
      boolean rulesAreNew = !options.rules().toString().equals(state.get(FileState.RULES));
      begin(connection, lock, state, epochs, rulesAreNew);
      return new Opened(lock, connection, epochs, rulesAreNew);
    } catch (SQLException | IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  // By a connection that can't write: another one copies what it takes for the whole log into the
  // file when it is closed, and deletes the log.
  private void look(WalCheck log) throws SQLException, IOException {
    try (Connection connection = Connections.reading(file)) {
      if (FileChecks.isBlank(connection)) {
        return;
      }
      FileChecks.contents(file, connection);
      if (log.isDamaged() && !mayHaveLost(FileState.read(connection))) {
        throw FileChecks.damagedLog(file);
      }
    }
  }

  private Epochs epochs(@Nullable Epochs known, @Nullable String whyFork, Connection connection)
      throws SQLException {
    if (known == null) {
      return Epochs.first(newEpoch());
    }
    if (whyFork == null) {
      return known;
    }
    long newest = Head.read(connection).newest();
    Epochs forked = Lives.shorten(known, connection).forked(newEpoch(), newest);
    LOG.warn(
        "{} {}: events from here on get ids of a new epoch, {} after {}",
        file,
        whyFork,
        forked.current(),
        known.id(newest));
    return forked;
  }

  /** Why it isn't sure that the file has all that the life had, or null if it is. */
  private @Nullable String whyFork(FileState state, FileLock lock, boolean logIsThere, WalCheck log)
      throws IOException {
    if (state.is(FileState.COPY)) {
      return "is a backup";
    }
    String place = state.get(FileState.PLACE);
    if (place != null && !place.equals(place())) {
      return "was copied or restored";
    }
    String mark = state.get(FileState.MARK);
    if (mark != null && !lock.marks().contains(mark)) {
      return "isn't in the state in which a hub left it last";
    }
    if (state.is(FileState.CLEAN)) {
      return null;
    }
    if (!logIsThere) {
      return "has lost its write-ahead log";
    }
    if (mayHaveLost(state) || (log.isTorn() && !isSameBoot(state))) {
      return "may have lost its newest events when the machine went down";
    }
    return null;
  }

  private boolean isSameBoot(FileState state) {
    String before = state.get(FileState.BOOT);
    return before != null && before.equals(boot);
  }

  /** Whether the end of the machine may have cost what was promised for the end of the process. */
  private boolean mayHaveLost(FileState state) {
    return !Sync.FULL.name().equals(state.get(FileState.SYNC)) && !isSameBoot(state);
  }

  private void begin(
      Connection connection, FileLock lock, FileState state, Epochs epochs, boolean rulesAreNew)
      throws SQLException, IOException {
    String mark = random(12);
    String before = state.get(FileState.MARK);
    // Whether the commit comes about or not, one of the two is right.
    lock.mark(before == null ? List.of(mark) : List.of(before, mark));
    try (Transaction transaction = Transaction.begin(connection)) {
      if (rulesAreNew) {
        FileState.forgetAges(connection);
      }
      FileState.put(connection, epochs);
      FileState.put(connection, FileState.MARK, mark);
      FileState.put(connection, FileState.CLEAN, "0");
      FileState.put(connection, FileState.COPY, "0");
      FileState.put(connection, FileState.SYNC, options.sync().name());
      FileState.put(connection, FileState.BOOT, boot == null ? "" : boot);
      FileState.put(connection, FileState.PLACE, place());
      transaction.commit();
    }
    // Into the file itself: should the write-ahead log get lost, then it says that it isn't whole.
    Checkpoints.truncate(connection);
    lock.mark(List.of(mark));
  }

  private String place() throws IOException {
    Object key =
        Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class).fileKey();
    return key == null ? "" : key.toString();
  }

  static String newEpoch() {
    return random(EPOCH_LENGTH);
  }

  private static String random(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(EPOCH_CHARACTERS.charAt(RANDOM.nextInt(EPOCH_CHARACTERS.length())));
    }
    return text.toString();
  }

  /** How the kernel names its run, or null where it doesn't say. */
  static @Nullable String boot() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException unknown) {
      return null;
    }
  }
}
