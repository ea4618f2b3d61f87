package io.sluice.server;

import io.netty.channel.EventLoop;
import io.sluice.hub.Loop;
import java.util.concurrent.TimeUnit;

/** An event loop of Netty's, as the hub sees it. Thread-safe. */
final class NettyLoop implements Loop {

  private final EventLoop eventLoop;

  NettyLoop(EventLoop eventLoop) {
    this.eventLoop = eventLoop;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  @Override
  public boolean inLoop() {
    return eventLoop.inEventLoop();
  }

  @Override
  public void execute(Runnable task) {
    eventLoop.execute(task);
  }

  // A task that execute adds runs in the same pass as the one that added it: Netty polls its queue
  // until that is empty. Scheduled tasks are moved to the queue only at the beginning of a pass,
  // and between two passes the loop looks at its sockets.
  @Override
  public void yield(Runnable task) {
    eventLoop.schedule(task, 1, TimeUnit.NANOSECONDS);
  }

  @Override
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    eventLoop.schedule(task, delay, unit);
  }

  @Override
  public String toString() {
    return "NettyLoop[" + eventLoop + "]";
  }
}
