package io.sluice.spring;

import io.sluice.hub.Hub;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/**
 * Ends the streams when the application stops, before its server waits for requests to end: each is
 * told when to come back, and ends. Without it the server would wait for streams that never end.
 *
 * <p>Thread-safe.
 */
final class HubLifecycle implements SmartLifecycle {

  private final Hub hub;
  private final Duration within;
  private volatile boolean running;

  /**
   * @param within how long it may take to end them one after the other
   */
  HubLifecycle(Hub hub, Duration within) {
    this.hub = hub;
    this.within = within;
  }

  /** Stopped among the first: the server stops 1024 phases later. */
  @Override
  public int getPhase() {
    return DEFAULT_PHASE;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop(Runnable stopped) {
    running = false;
    hub.drain(within).whenComplete((drained, failure) -> stopped.run());
  }

  @Override
  public void stop() {
    stop(() -> {});
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
