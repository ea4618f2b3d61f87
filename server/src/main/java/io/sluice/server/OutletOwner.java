package io.sluice.server;

/** Who writes to an outlet, as the outlet sees it. Called on the outlet's loop. */
interface OutletOwner {

  /** All that was taken has been accepted by the transport: there is room again. */
  void drained();

  /**
   * The transport is gone, whoever ended it. The last call, and the only one of its kind; never
   * from within a call to the outlet.
   */
  void disconnected();
}
