package io.sluice.hub;

import io.sluice.wire.Frames;
import java.io.ByteArrayOutputStream;

/** An outlet whose room the schedule gives and takes, and which keeps all bytes that it took. */
final class ScriptedOutlet implements Outlet {

  enum Mode {
    /** Takes all. */
    FAST,
    /** Takes one frame, then waits for {@link #drain}. */
    ONE_FRAME,
    /** Takes as long as it has room, the last frame in part. */
    WINDOW,
    /** Takes nothing. */
    STUCK
  }

  /** What the schedule does with bytes, before the hub goes on. */
  interface Tap {
    void taken(byte[] frame, int offeredAfter);

    void tookLess();

    /** After a write, and within it: what other threads do meanwhile. */
    void meanwhile();
  }

  private final Tap tap;
  private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
  private Mode mode = Mode.FAST;
  private int room;
  private int pending;
  private boolean owesDrained;
  private boolean ended;
  private boolean aborted;

  ScriptedOutlet(Tap tap) {
    this.tap = tap;
  }

  void mode(Mode mode) {
    this.mode = mode;
  }

  Mode mode() {
    return mode;
  }

  @Override
  public int write(Frames frames, int from) {
    if (ended) {
      throw new IllegalStateException("written to after its end");
    }
    int frame = from;
    while (frame < frames.count() && hasRoom(frame - from)) {
      byte[] bytes = new byte[frames.end(frame) - frames.start(frame)];
      frames.bytes().get(frames.start(frame), bytes);
      taken.writeBytes(bytes);
      frame++;
      if (mode == Mode.WINDOW) {
        room -= bytes.length;
        pending = Math.max(0, -room);
      }
      tap.taken(bytes, frames.count() - frame);
    }
    if (frame < frames.count()) {
      owesDrained = true;
      tap.tookLess();
    } else if (pending > 0) {
      owesDrained = true;
    }
    tap.meanwhile();
    return frame - from;
  }

  private boolean hasRoom(int takenNow) {
    return pending == 0
        && switch (mode) {
          case FAST -> true;
          case ONE_FRAME -> takenNow == 0 && !owesDrained;
          case WINDOW -> room > 0;
          case STUCK -> false;
        };
  }

  /**
   * The transport accepts some bytes. Returns whether the stream is to be told that there is room.
   */
  boolean drain(int bytes) {
    int accepted = Math.min(bytes, pending);
    pending -= accepted;
    room = Math.max(0, room) + bytes - accepted;
    boolean tell = owesDrained && pending == 0 && mode != Mode.STUCK;
    if (tell) {
      owesDrained = false;
    }
    return tell;
  }

  /** What can have reached the client, whatever happens now. */
  byte[] sent() {
    byte[] all = taken.toByteArray();
    return ended && !aborted ? all : java.util.Arrays.copyOf(all, all.length - pending);
  }

  boolean isOver() {
    return ended;
  }

  @Override
  public int pendingBytes() {
    return pending;
  }

  @Override
  public void end() {
    ended = true;
  }

  @Override
  public void abort() {
    aborted = !ended;
    ended = true;
  }
}
