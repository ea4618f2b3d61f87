package io.sluice.sqlite;

import io.sluice.log.LogFullException;
import io.sluice.log.StoreFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * What an error of SQLite means for whoever waits.
 *
 * <p>Stateless.
 */
final class Failures {

  /** With less room than this, a write that fails has failed for it. */
  private static final long NO_ROOM_BYTES = 256 << 10;

  private Failures() {}

  /**
   * Says in the store's terms what failed: {@link LogFullException} if there is no room, else
   * {@link StoreFailedException}, temporary unless nothing can be written any more.
   */
  static RuntimeException of(Path file, String what, Exception cause) {
    if (isFull(file, cause)) {
      return new LogFullException(
          LogFullException.Reason.STORAGE,
          "there is no room left for "
              + file
              + ": make room on its disk, or have it hold less (history.channels); nothing has to"
              + " be restarted then");
    }
    String message = "can't " + what + " " + file + ": " + cause.getMessage();
    if (isFatal(cause)) {
      return new StoreFailedException(
          message + "; nothing is written to it any more until the hub is restarted", false, cause);
    }
    return new StoreFailedException(message, true, cause);
  }

  private static boolean isFull(Path file, Exception cause) {
    if (!(cause instanceof SQLiteException e) || isFatal(cause)) {
      return false;
    }
    int primary = e.getResultCode().code & 0xff;
    if (primary == SQLiteErrorCode.SQLITE_FULL.code) {
      return true;
    }
    if (primary != SQLiteErrorCode.SQLITE_IOERR.code) {
      return false;
    }
    return !hasRoom(file, NO_ROOM_BYTES);
  }

  /** Whether its disk has room for so many bytes, as far as it says so. */
  static boolean hasRoom(Path file, long bytes) {
    try {
      return Files.getFileStore(file).getUsableSpace() >= bytes;
    } catch (IOException unknown) {
      return true;
    }
  }

  /**
   * Whether nobody can tell any more what the disk has. After a failed fsync the kernel may have
   * thrown away what it couldn't write, and say next time that all is well.
   */
  static boolean isFatal(Exception cause) {
    if (!(cause instanceof SQLiteException e)) {
      return !(cause instanceof SQLException); // our own mistake: don't go on with a wrong state
    }
    return switch (e.getResultCode()) {
      case SQLITE_IOERR_FSYNC,
          SQLITE_IOERR_DIR_FSYNC,
          SQLITE_IOERR_TRUNCATE,
          SQLITE_CORRUPT,
          SQLITE_CORRUPT_VTAB,
          SQLITE_CORRUPT_SEQUENCE,
          SQLITE_CORRUPT_INDEX,
          SQLITE_NOTADB,
          SQLITE_READONLY,
          SQLITE_READONLY_DBMOVED ->
          true;
      default -> false;
    };
  }
}
