package io.sluice.hub;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way into a packing: a copy of its frame, and what its data becomes.
 *
 * <p>Confined to its loop.
 */
final class Held {

  final long sequence;
  final long timeMillis;
  final @Nullable String key;
  private final byte[] frame;
  private @Nullable CompletableFuture<byte[]> data;
  private boolean unpacked;

  /**
   * @param frame whole; nobody changes it any more
   * @param data what its data becomes, null if it stays
   */
  Held(
      long sequence,
      long timeMillis,
      @Nullable String key,
      byte[] frame,
      @Nullable CompletableFuture<byte[]> data) {
    this.sequence = sequence;
    this.timeMillis = timeMillis;
    this.key = key;
    this.frame = frame;
    this.data = data;
  }

  /** What it waits for, or null if it can go. */
  @Nullable CompletableFuture<byte[]> awaited() {
    CompletableFuture<byte[]> some = data;
    return some == null || some.isDone() ? null : some;
  }

  boolean isReady() {
    return awaited() == null;
  }

  /** What its data becomes, null if it stays. */
  @Nullable CompletableFuture<byte[]> data() {
    return data;
  }

  /** It waits no longer. */
  void waitNoLonger() {
    if (awaited() != null) {
      data = null;
      unpacked = true;
    }
  }

  /** Bytes of its frame as it was published. */
  int bytes() {
    return frame.length;
  }

  /** Its frame as it goes. */
  byte[] frame() {
    CompletableFuture<byte[]> some = data;
    if (some != null) {
      return Compressor.packed(frame, some.join());
    }
    return unpacked ? Compressor.unpacked(frame) : frame;
  }
}
