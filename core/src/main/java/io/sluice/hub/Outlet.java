package io.sluice.hub;

import io.sluice.wire.Frames;

/**
 * Where one stream's bytes go: a socket, an HTTP/2 stream, a listener in the same process.
 *
 * <p>Confined to the stream's loop: the hub calls it there, and it calls {@link Stream#drained()}
 * and {@link Stream#disconnected} there.
 */
public interface Outlet {

  /**
   * Offers the frames of {@code frames} from index {@code from} to its end. Whole frames are taken,
   * in order, as many as there is room for now. A frame begun is a frame taken: what the transport
   * didn't accept of it the outlet keeps, as a copy, and sends before anything else. The buffer is
   * the caller's again when this returns: nothing may refer to it afterwards.
   *
   * <p>If fewer were taken than offered, the outlet calls {@link Stream#drained()} once there is
   * room again; never from within this call.
   *
   * @return how many frames were taken, 0 if there is no room
   */
  int write(Frames frames, int from);

  /** Bytes taken that the transport hasn't accepted yet. More than 0 means: no room now. */
  int pendingBytes();

  /**
   * Ends the stream in good order: what is pending is sent first, then the response ends. Does
   * nothing after the first call.
   */
  void end();

  /** Ends the stream at once and drops what is pending. Does nothing after the first call. */
  void abort();

  /** Where the stream goes, for people: {@code 127.0.0.1:52110}. Any thread. */
  default String peer() {
    return "in process";
  }

  /**
   * Whether it may wait for room as long as it likes, and isn't taken for dead after the write
   * timeout.
   */
  default boolean isPatient() {
    return false;
  }
}
