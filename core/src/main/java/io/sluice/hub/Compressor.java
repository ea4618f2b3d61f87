package io.sluice.hub;

import io.sluice.wire.FrameData;
import io.sluice.wire.GzipData;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the data of large events, off the event loops: once for an event, however many
 * subscribers want it so. What was compressed last is kept, within a bound.
 *
 * <p>Thread-safe.
 */
final class Compressor {

  /** What an event's data becomes if it stays as it is. */
  private static final byte[] AS_IT_IS = {};

  /** What an entry of the cache costs beside its bytes. */
  private static final int ENTRY_BYTES = 200;

  /** More than this waiting to be compressed, and what comes then goes as it is. */
  private static final int MAX_WAITING_BYTES = 8 << 20;

  private static final int IDLE_SECONDS = 10;

  // docs/decisions/0021: level 6 takes twice the time, and saves two hundredths more.
  private static final int LEVEL = 4;

  private final Executor executor;
  private final int above;
  private final long maxBytes;

  // Guarded by this.
  private final LinkedHashMap<Long, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long keptBytes;
  private long waitingBytes;
  private long events;
  private long bytesIn;
  private long bytesOut;
  private long passed;

  private static final class Kept {
    final CompletableFuture<byte[]> data;
    int bytes = ENTRY_BYTES;

    Kept(CompletableFuture<byte[]> data) {
      this.data = data;
    }
  }

  /**
   * @param executor runs one task after the other, or at least in any order
   * @param above data of more bytes than this is compressed
   * @param maxBytes how much is kept
   */
  Compressor(Executor executor, int above, long maxBytes) {
    this.executor = executor;
    this.above = above;
    this.maxBytes = maxBytes;
  }

  /** Runs tasks one after the other, on a thread of its own while there are any. */
  static Executor ownThread() {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread made = new Thread(task, "sluice-gzip");
              made.setDaemon(true);
              return made;
            });
    one.allowCoreThreadTimeOut(true);
    return one;
  }

  /**
   * Has the data of an event compressed, unless that was done or it is to go as it is.
   *
   * @param sequence the event's
   * @param frame its frame, whole; not to be changed afterwards
   * @return what {@link #packed} makes the frame of; null if it goes as it is
   */
  @Nullable CompletableFuture<byte[]> of(long sequence, byte[] frame) {
    boolean must = false;
    if (frame.length <= above) {
      must = GzipData.isMarked(frame, FrameData.start(frame));
      if (!must) {
        return null;
      }
    }
    Kept entry;
    synchronized (this) {
      entry = kept.get(sequence);
      if (entry != null) {
        return entry.data;
      }
      must |= GzipData.isMarked(frame, FrameData.start(frame));
      if (!must && waitingBytes > MAX_WAITING_BYTES) {
        passed++;
        return null;
      }
      entry = new Kept(new CompletableFuture<>());
      kept.put(sequence, entry);
      keptBytes += entry.bytes;
      waitingBytes += frame.length;
    }
    Kept asked = entry;
    boolean whatever = must;
    try {
      executor.execute(() -> compress(sequence, frame, asked, whatever));
    } catch (RejectedExecutionException closed) {
      done(sequence, frame, asked, whatever ? stored(frame) : AS_IT_IS);
    }
    return asked.data;
  }

  private void compress(long sequence, byte[] frame, Kept entry, boolean must) {
    byte[] result;
    try {
      result = compressed(FrameData.bytes(frame), must);
    } catch (RuntimeException | Error failed) {
      // Nobody waits for ever: it goes as it can.
      done(sequence, frame, entry, must ? stored(frame) : AS_IT_IS);
      throw failed;
    }
    done(sequence, frame, entry, result);
  }

  private byte[] compressed(byte[] data, boolean must) {
    if (!must && data.length <= above) {
      return AS_IT_IS; // large was its frame, not its data
    }
    byte[] result;
    try (GzipData gzip = new GzipData(LEVEL)) {
      result = gzip.encode(data);
    }
    return must || result.length < data.length ? result : AS_IT_IS;
  }

  private void done(long sequence, byte[] frame, Kept entry, byte[] result) {
    synchronized (this) {
      waitingBytes -= frame.length;
      if (result.length > 0) {
        events++;
        bytesIn += frame.length;
        bytesOut += result.length;
      }
      entry.bytes += result.length;
      if (kept.containsKey(sequence)) {
        keptBytes += result.length;
      }
      evict();
    }
    entry.data.complete(result);
  }

  // The oldest first; what is still being compressed stays, or it would be begun again.
  private void evict() {
    Iterator<Map.Entry<Long, Kept>> oldest = kept.entrySet().iterator();
    while (keptBytes > maxBytes && oldest.hasNext()) {
      Kept entry = oldest.next().getValue();
      if (entry.data.isDone()) {
        keptBytes -= entry.bytes;
        oldest.remove();
      }
    }
  }

  /** The frame with what {@link #of} gave. */
  static byte[] packed(byte[] frame, byte[] data) {
    return data.length == 0 ? frame : FrameData.replaced(frame, data);
  }

  /** The frame for somebody who waits no longer. */
  static byte[] unpacked(byte[] frame) {
    return GzipData.isMarked(frame, FrameData.start(frame)) ? packed(frame, stored(frame)) : frame;
  }

  // Data that begins with the marker must be packed, but needn't become smaller.
  private static byte[] stored(byte[] frame) {
    try (GzipData gzip = new GzipData(Deflater.NO_COMPRESSION)) {
      return gzip.encode(FrameData.bytes(frame));
    }
  }

  /** What was done since the start. */
  synchronized CompressionFigures figures() {
    return new CompressionFigures(events, bytesIn, bytesOut, passed, keptBytes);
  }
}
