package io.sluice.spring;

import java.util.concurrent.CountDownLatch;
import org.springframework.context.SmartLifecycle;

/** Stops between the streams and the server, when it is let. */
final class HeldPhase implements SmartLifecycle {

  private final CountDownLatch stopping;
  private final CountDownLatch goOn;
  private volatile boolean running;

  HeldPhase(CountDownLatch stopping, CountDownLatch goOn) {
    this.stopping = stopping;
    this.goOn = goOn;
  }

  @Override
  public int getPhase() {
    return DEFAULT_PHASE - 1;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    stopping.countDown();
    try {
      goOn.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
