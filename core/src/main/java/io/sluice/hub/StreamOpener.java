package io.sluice.hub;

/** Opens streams on one loop. To be called there. */
public interface StreamOpener {

  /**
   * Opens a stream. Nothing is written to the outlet before this returns.
   *
   * @param request what it asks for; it passes {@link Hub#check}
   * @param outlet where its bytes go
   */
  Stream open(StreamRequest request, Outlet outlet);
}
