package io.sluice.hub;

/** A subscription in this process. Thread-safe. */
public interface LocalSubscription extends AutoCloseable {

  /** Ends it. What is being delivered is finished; nothing more comes after. */
  @Override
  void close();
}
