package io.sluice.sqlite;

import io.sluice.log.Append;
import io.sluice.log.LogFullException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What publishers have handed in and the writer hasn't taken yet.
 *
 * <p>Thread-safe. Knows whether the writer runs, so that it is started once, and never forgotten.
 */
final class AppendQueue {

  /** One append, and who waits for it. */
  record Waiting(Append append, long bytes, CompletableFuture<Long> done) {}

  private final long maxBytes;

  // Guarded by this.
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean running;
  private @Nullable Supplier<RuntimeException> refusal;

  AppendQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Adds an append.
   *
   * @return whether the writer has to be started
   * @throws LogFullException if too much waits
   * @throws RuntimeException what {@link #refuse} was given
   */
  synchronized boolean add(Waiting one) {
    if (refusal != null) {
      throw refusal.get();
    }
    if (one.bytes > maxBytes) {
      throw new LogFullException(
          LogFullException.Reason.TOO_LARGE,
          "the events take " + one.bytes + " bytes; at once at most " + maxBytes + " are taken");
    }
    if (waitingBytes + one.bytes > maxBytes) {
      throw new LogFullException(
          LogFullException.Reason.MEMORY,
          "events of "
              + waitingBytes
              + " bytes wait for the disk already; at most "
              + maxBytes
              + " may");
    }
    waiting.add(one);
    waitingBytes += one.bytes;
    return start();
  }

  /** Says that there is something to do for the writer; returns whether it has to be started. */
  synchronized boolean start() {
    boolean start = !running;
    running = true;
    return start;
  }

  /**
   * Takes what waits, up to a bound; the first always.
   *
   * @return empty if nothing waits
   */
  synchronized List<Waiting> take(int maxEvents, long maxGroupBytes) {
    List<Waiting> group = new ArrayList<>();
    int events = 0;
    long bytes = 0;
    while (true) {
      Waiting next = waiting.peek();
      if (next == null) {
        return group;
      }
      events += next.append.drafts().size();
      bytes += next.bytes;
      if (!group.isEmpty() && (events > maxEvents || bytes > maxGroupBytes)) {
        return group;
      }
      group.add(waiting.remove());
      waitingBytes -= next.bytes;
    }
  }

  /** The writer would stop: if nothing waits, it may, and this is true. */
  synchronized boolean stop() {
    if (waiting.isEmpty()) {
      running = false;
      return true;
    }
    return false;
  }

  /** Refuses what comes from now on; the first reason stays. */
  synchronized void refuse(Supplier<RuntimeException> reason) {
    if (refusal == null) {
      refusal = reason;
    }
  }
}
