package io.sluice.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Looks whether a write-ahead log ends where it was torn, or is damaged in the middle. SQLite takes
 * the first page with a wrong checksum for the end, and goes on without a word from there; but if
 * commits of the same log lie behind it, then those were made, and answered.
 *
 * <p>The format: <a href="https://www.sqlite.org/fileformat2.html#the_write_ahead_log">SQLite, the
 * write-ahead log</a>. Immutable.
 *
 * @param commitsBehind how many commits lie behind the first page that isn't as it was written; one
 *     may be the last one, on its way when the machine or the process stopped
 */
record WalCheck(int commitsBehind) {

  private static final int HEADER_BYTES = 32;
  private static final int FRAME_HEADER_BYTES = 24;
  private static final int MAGIC = 0x377f0682;

  /** Of a log that is empty or isn't there. */
  private static final WalCheck WHOLE = new WalCheck(0);

  private static final WalCheck DAMAGED = new WalCheck(Integer.MAX_VALUE);

  /** Whether commits are gone that somebody was told of. */
  boolean isDamaged() {
    return commitsBehind > 1;
  }

  /** Whether the last commit is gone, and may have been made. */
  boolean isTorn() {
    return commitsBehind == 1;
  }

  /** Reads the log of a database that nobody has open. */
  static WalCheck of(Path wal) throws IOException {
    if (!Files.exists(wal) || Files.size(wal) < HEADER_BYTES) {
      return WHOLE;
    }
    try (FileChannel channel = FileChannel.open(wal, StandardOpenOption.READ)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      channel.read(header, 0);
      int magic = header.getInt(0);
      int pageBytes = header.getInt(8);
      Sum sum = new Sum((magic & 1) == 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      sum.add(header, 0, 24);
      if ((magic & ~1) != MAGIC || !sum.is(header, 24)) {
        // No disk writes half of so few bytes. Nobody can tell what it had.
        return magic == 0 ? new WalCheck(1) : DAMAGED;
      }
      return frames(channel, header, pageBytes, sum);
    }
  }

  private static WalCheck frames(FileChannel channel, ByteBuffer header, int pageBytes, Sum sum)
      throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER_BYTES + pageBytes);
    boolean sound = true;
    int commitsBehind = 0;
    long at = HEADER_BYTES;
    while (channel.read(frame.clear(), at) >= FRAME_HEADER_BYTES) {
      at += frame.capacity();
      if (frame.getLong(8) != header.getLong(16)) {
        if (sound) {
          break; // the salt of a log that was here before
        }
        continue;
      }
      if (sound) {
        sum.add(frame, 0, 8);
        sum.add(frame, FRAME_HEADER_BYTES, pageBytes);
        sound = frame.position() == frame.capacity() && sum.is(frame, 16);
      }
      if (!sound && frame.getInt(4) != 0) {
        commitsBehind++;
      }
    }
    return new WalCheck(commitsBehind);
  }

  /** SQLite's checksum, over all that came so far. */
  private static final class Sum {
    private final ByteOrder order;
    private int first;
    private int second;

    Sum(ByteOrder order) {
      this.order = order;
    }

    void add(ByteBuffer bytes, int from, int length) {
      ByteBuffer words = bytes.duplicate().order(order);
      words.clear();
      for (int i = from; i < from + length; i += 8) {
        first += words.getInt(i) + second;
        second += words.getInt(i + 4) + first;
      }
    }

    boolean is(ByteBuffer bytes, int at) {
      return bytes.getInt(at) == first && bytes.getInt(at + 4) == second;
    }
  }
}
