package io.sluice.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Keeps a second hub from the same file, and remembers beside it which of its states was there
 * last: if the file is replaced by an older copy of itself, that shows.
 *
 * <p>The file {@code <database>.lock} holds the number of the process and one or two marks, a line
 * each. It stays when the hub ends; what locks is the operating system's lock on it.
 *
 * <p>One caller at a time.
 */
final class FileLock implements AutoCloseable {

  private static final int MAX_BYTES = 4096;

  private final FileChannel channel;
  private final List<String> marks;

  private FileLock(FileChannel channel, List<String> marks) {
    this.channel = channel;
    this.marks = marks;
  }

  /**
   * Takes the lock of a database.
   *
   * @throws UnusableFileException if another has it, or no file can be made beside the database
   */
  static FileLock take(Path database) {
    Path path = database.resolveSibling(database.getFileName() + ".lock");
    try {
      FileChannel channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        return lock(database, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (AccessDeniedException e) {
      throw new UnusableFileException(
          "may not write " + path + ": the hub needs a directory that it may write to", e);
    } catch (FileSystemException e) {
      throw new UnusableFileException("can't write " + path + ": " + e.getReason(), e);
    } catch (IOException e) {
      throw new UnusableFileException("can't lock " + path + ": " + e.getMessage(), e);
    }
  }

  private static FileLock lock(Path database, FileChannel channel) throws IOException {
    List<String> lines = lines(channel);
    boolean locked;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      locked = false; // by this very process
    }
    if (!locked) {
      String process = lines.isEmpty() ? "" : " (process " + lines.getFirst() + ")";
      throw new UnusableFileException(
          database
              + " is in use by another hub"
              + process
              + ": a file is for one hub at a time; end that one, or choose another --data",
          null);
    }
    return new FileLock(channel, lines.isEmpty() ? lines : lines.subList(1, lines.size()));
  }

  private static List<String> lines(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
    channel.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII)
        .lines()
        .toList();
  }

  /** The marks that were there when the lock was taken. */
  List<String> marks() {
    return marks;
  }

  /** Writes the marks that the database may have from now on. */
  void mark(List<String> newMarks) throws IOException {
    String text = ProcessHandle.current().pid() + "\n" + String.join("\n", newMarks) + "\n";
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    channel.write(ByteBuffer.wrap(bytes), 0);
    channel.truncate(bytes.length);
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
