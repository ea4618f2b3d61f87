package io.sluice.server;

import io.sluice.hub.CloseReason;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import io.sluice.wire.Frames;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * Writes a fixed number of numbered frames to an outlet, as fast as it takes them, and ends it.
 * Confined to the outlet's loop but for what it says it has seen.
 */
final class RecordingOwner implements OutletOwner {

  private final Outlet outlet;
  private final Frames frames;
  private final boolean endsAfterwards;
  private int taken;
  private int writes;
  private boolean writing;
  final CompletableFuture<Integer> allTaken = new CompletableFuture<>();
  final CompletableFuture<CloseReason> gone = new CompletableFuture<>();

  RecordingOwner(Outlet outlet, Frames frames, boolean endsAfterwards) {
    this.outlet = outlet;
    this.frames = frames;
    this.endsAfterwards = endsAfterwards;
    offer();
  }

  /** Frames of about this size, each with its number, padded with letters. */
  static Frames numbered(int count, int bytesEach) {
    Frames frames = new Frames(1 << 16);
    for (int i = 0; i < count; i++) {
      byte[] frame = frame(i, bytesEach).getBytes(StandardCharsets.US_ASCII);
      frames.add(i, 0, null, frame, 0, frame.length);
    }
    return frames;
  }

  static String frame(int number, int bytes) {
    String start = "id: k-" + number + "\ndata: ";
    int padding = Math.max(0, bytes - start.length() - 2);
    return start + Character.toString('a' + number % 26).repeat(padding) + "\n\n";
  }

  static String all(int count, int bytesEach) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < count; i++) {
      all.append(frame(i, bytesEach));
    }
    return all.toString();
  }

  private void offer() {
    while (taken < frames.count()) {
      writing = true;
      int more = outlet.write(frames, taken);
      writing = false;
      writes++;
      taken += more;
      if (more == 0 || outlet.pendingBytes() > 0) {
        return;
      }
    }
    allTaken.complete(writes);
    if (endsAfterwards) {
      outlet.end();
    }
  }

  /** Cuts the stream. */
  void abort() {
    outlet.abort();
  }

  @Override
  public void drained() {
    if (writing) {
      allTaken.completeExceptionally(new AssertionError("drained from within write"));
    } else if (outlet.pendingBytes() > 0) {
      allTaken.completeExceptionally(new AssertionError("drained, but something is pending"));
    } else {
      offer();
    }
  }

  @Override
  public void disconnected(CloseReason reason) {
    if (!gone.complete(reason)) {
      allTaken.completeExceptionally(new AssertionError("disconnected twice"));
    }
  }
}
