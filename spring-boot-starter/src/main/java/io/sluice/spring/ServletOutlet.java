package io.sluice.spring;

import io.sluice.hub.CloseReason;
import io.sluice.hub.Loop;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import io.sluice.wire.Frames;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An event stream on a response of a servlet container, written without blocking (Jakarta Servlet
 * 6.1, section 5.7): what the container doesn't take at once it keeps, a piece at most, and nothing
 * else is given to it until it says that it can take more. No thread waits for a slow client.
 *
 * <p>Confined to its loop, but for what the container calls, on threads of its own.
 *
 * <p>When a container has ended a request, it may use the response's objects for another one. So
 * the response is only touched under a lock, which the end takes too before the container is told
 * that the end was noticed: after that nothing is written any more. That an end is asked for has a
 * lock of its own, since the container's calls may wait for the response's, and must not for each
 * other's.
 */
final class ServletOutlet implements Outlet, WriteListener, AsyncListener {

  /** How long a client may take what waits for it when its stream ends. */
  static final long LINGER_SECONDS = 2;

  private final Loop loop;
  private final AsyncContext context;
  private final ServletOutputStream out;
  private final Function<Outlet, OutletOwner> opening;
  private final String peer;
  private final ReentrantLock response = new ReentrantLock();
  private final ReentrantLock ending = new ReentrantLock();

  // Guarded by the response's lock.
  private boolean over;

  /**
   * Set with the lock on ending held, but in onComplete: the container holds one of its own there.
   */
  private volatile boolean finished;

  // The loop's own.
  private @Nullable OutletOwner owner;
  private boolean opened;
  private int pendingBytes;
  private boolean unflushed;
  private boolean ended;

  /**
   * Begins when the container says that it can be written to.
   *
   * @param opening says whose it is; called on the loop
   */
  ServletOutlet(
      Loop loop,
      AsyncContext context,
      ServletOutputStream out,
      Function<Outlet, OutletOwner> opening) {
    this.loop = loop;
    this.context = context;
    this.out = out;
    this.opening = opening;
    this.peer = context.getRequest().getRemoteAddr() + ":" + context.getRequest().getRemotePort();
  }

  @Override
  public int write(Frames frames, int from) {
    if (ended || pendingBytes > 0) {
      return 0;
    }
    int next = from;
    response.lock();
    try {
      while (next < frames.count() && pendingBytes == 0 && isReady()) {
        int last = Pieces.last(frames, next);
        byte[] piece = Pieces.copy(frames, next, last);
        out.write(piece);
        unflushed = true;
        next = last + 1;
        if (!isReady()) {
          pendingBytes = piece.length;
        } else if (next == frames.count()) {
          flush(piece.length);
        }
      }
    } catch (IOException broken) {
      next = frames.count();
      broken();
    } finally {
      response.unlock();
    }
    return next - from;
  }

  // Holding the lock. Once it was false, the container calls onWritePossible.
  private boolean isReady() {
    return !over && out.isReady();
  }

  private void flush(int bytes) throws IOException {
    unflushed = false;
    out.flush();
    if (!isReady()) {
      pendingBytes = bytes;
    }
  }

  /** The container can take more. Its thread. */
  @Override
  public void onWritePossible() {
    loop.execute(this::writable);
  }

  private void writable() {
    response.lock();
    try {
      if (over || !out.isReady()) {
        return; // it calls again
      }
      if (unflushed) {
        flush(pendingBytes);
        if (pendingBytes > 0 && !isReady()) {
          return;
        }
      }
      pendingBytes = 0;
    } catch (IOException broken) {
      broken();
      return;
    } finally {
      response.unlock();
    }
    if (ended) {
      complete();
    } else if (!opened) {
      opened = true;
      owner = opening.apply(this);
    } else if (owner != null) {
      owner.drained();
    }
  }

  @Override
  public int pendingBytes() {
    return pendingBytes;
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public void end() {
    if (!ended) {
      ended = true;
      if (pendingBytes == 0) {
        complete();
      } else {
        loop.schedule(this::complete, LINGER_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  @Override
  public void abort() {
    ended = true;
    complete();
  }

  // The container has noticed it too, and calls onError, where the request is ended: ended before
  // that, Tomcat would take it for one that nobody ends, and send an error page.
  private void broken() {
    ended = true;
    over = true;
    finished = true;
    loop.execute(() -> disconnected(CloseReason.BROKEN));
  }

  private void complete() {
    close();
    finish(false);
  }

  /**
   * Ends the request. Any thread.
   *
   * @param again whether it may have been asked for before
   */
  private void finish(boolean again) {
    ending.lock();
    try {
      if (again || !finished) {
        finished = true;
        context.complete();
      }
    } catch (IllegalStateException ended) {
      // It has ended, or the container has met an error and is about to call onError.
    } finally {
      ending.unlock();
    }
  }

  /** Has the response not be touched any more. Any thread. */
  private void close() {
    response.lock();
    try {
      over = true;
    } finally {
      response.unlock();
    }
  }

  private void disconnected(CloseReason reason) {
    OutletOwner last = owner;
    owner = null;
    opened = true;
    ended = true;
    if (last != null) {
      last.disconnected(reason);
    }
  }

  // ---- what the container notices, on its threads

  /** Writing has failed. */
  @Override
  public void onError(Throwable failure) {
    lose(CloseReason.BROKEN);
  }

  @Override
  public void onError(AsyncEvent event) {
    lose(CloseReason.BROKEN);
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    lose(CloseReason.BROKEN); // there is no timeout but one that a filter has set
  }

  private void lose(CloseReason reason) {
    close();
    finish(true);
    loop.execute(() -> disconnected(reason));
  }

  @Override
  public void onComplete(AsyncEvent event) {
    finished = true;
    close();
    loop.execute(() -> disconnected(CloseReason.CLIENT));
  }

  @Override
  public void onStartAsync(AsyncEvent event) {}
}
