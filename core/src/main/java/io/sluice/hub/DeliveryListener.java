package io.sluice.hub;

/** Gets what a subscription brings. Called on the hub's own thread, one at a time. */
@FunctionalInterface
public interface DeliveryListener {

  /** An event, or that some are missing. Must not block; what it throws ends the subscription. */
  void delivered(Delivery delivery);

  /**
   * The subscription has ended, and nothing more comes.
   *
   * @param reason why
   */
  default void closed(CloseReason reason) {}
}
