package io.sluice.hub;

/** Who writes to an outlet, as the outlet sees it. Called on the outlet's loop. */
public interface OutletOwner {

  /**
   * There is room again, after the outlet took less than it was offered or kept something pending.
   * Never from within a call to the outlet.
   */
  void drained();

  /**
   * The transport is gone, whoever ended it. Called once, and nothing after it; never from within a
   * call to the outlet.
   *
   * @param reason why, as far as the transport can tell
   */
  void disconnected(CloseReason reason);
}
