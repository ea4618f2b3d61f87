package io.sluice.spring;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.springframework.context.SmartLifecycle;

/**
 * Ends the streams when the application stops, before its server waits for requests to end: each is
 * told when to come back, and ends. Without it the server would wait for streams that never end.
 *
 * <p>Thread-safe.
 */
final class HubLifecycle implements SmartLifecycle {

  private final Supplier<? extends CompletionStage<?>> drain;
  private volatile boolean running;

  /**
   * @param drain ends them
   */
  HubLifecycle(Supplier<? extends CompletionStage<?>> drain) {
    this.drain = drain;
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
    drain.get().whenComplete((drained, failure) -> stopped.run());
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
