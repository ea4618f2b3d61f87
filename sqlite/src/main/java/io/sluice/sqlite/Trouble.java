package io.sluice.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why nothing can be written, from the first write that failed until it is known to be over.
 *
 * <p>A disk that is nearly full takes small events and refuses large ones, and takes another small
 * one after that: to believe each that works would say yes and no in turns. So it is over when as
 * much was written as failed, by a publisher, or by a trial that writes more than that beside the
 * file.
 *
 * <p>Confined to the writer; {@link #why} may be asked by any thread.
 */
final class Trouble {

  private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);

  // Room for what SQLite writes beside the events.
  private static final int MARGIN_BYTES = 256 << 10;

  // What is appended goes into the write-ahead log first, and from there into the file.
  private static final int TIMES_WRITTEN = 2;
  private static final int MAX_TRIAL_BYTES = 8 << 20;
  private static final int PIECE_BYTES = 64 << 10;

  // A trial that fails has cost writes to a disk that has a problem already.
  private static final long BETWEEN_TRIALS_MILLIS = 1000;

  private final Path file;
  private final InstantSource clock;
  private volatile @Nullable String why;

  // The smallest of what failed.
  private long bytes;
  private long lastTrialMillis;

  Trouble(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /** Null if all is well, as far as anybody knows. */
  @Nullable String why() {
    return why;
  }

  /** A write of about so many bytes failed. */
  void failed(String reason, long ofBytes) {
    bytes = why == null ? ofBytes : Math.min(bytes, ofBytes);
    why = reason;
  }

  /** So many bytes were written: if that is as much as failed, it is over. */
  void written(long ofBytes) {
    if (why != null && ofBytes >= bytes) {
      over();
    }
  }

  /** It is over. */
  void over() {
    if (why != null) {
      why = null;
      LOG.info("{} can be written to again", file);
    }
  }

  /** Whether a trial says that more than what failed can be written now. */
  boolean hasPassed() {
    long now = clock.millis();
    // A clock that was set back doesn't put it off for ever.
    boolean soon = now >= lastTrialMillis && now - lastTrialMillis < BETWEEN_TRIALS_MILLIS;
    long needed = Math.min(MAX_TRIAL_BYTES, TIMES_WRITTEN * bytes + MARGIN_BYTES);
    if (why == null || soon || !Failures.hasRoom(file, needed)) {
      return false;
    }
    lastTrialMillis = now;
    return tryWriting(needed);
  }

  // What a file system says of its room isn't what a quota allows.
  private boolean tryWriting(long ofBytes) {
    Path trial = file.resolveSibling(file.getFileName() + ".trial");
    try {
      try (FileChannel channel =
          FileChannel.open(trial, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        // At once: so that nothing is left if the process ends here.
        Files.delete(trial);
        byte[] piece = new byte[PIECE_BYTES];
        ThreadLocalRandom.current().nextBytes(piece); // zeros may take no room
        for (long at = 0; at < ofBytes; ) {
          at += channel.write(ByteBuffer.wrap(piece), at);
        }
        channel.force(true);
      }
      return true;
    } catch (IOException e) {
      LOG.debug("{} still can't be written to", file, e);
      return false;
    }
  }
}
