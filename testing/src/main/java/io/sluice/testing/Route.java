package io.sluice.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The network between clients and a hub, as a relay on a port that stays the same: it can be cut,
 * stalled, slowed down and closed, whatever the hub does.
 *
 * <p>Thread-safe; a virtual thread for each direction of each connection. How it is, is guarded by
 * the lock.
 */
final class Route implements AutoCloseable {

  /** Small, so that the kernel doesn't hide from the hub that its reader is slow. */
  private static final int BUFFER_BYTES = 16 * 1024;

  private final ServerSocket acceptor;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable InetSocketAddress hub;
  private int outages;
  private int stalls;
  private long bytesPerSecond = Long.MAX_VALUE;
  private @Nullable LongSupplier cutAfter;

  Route() throws IOException {
    acceptor = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  int port() {
    return acceptor.getLocalPort();
  }

  /** Where connections lead from now on; null: nowhere, they are cut as soon as they are made. */
  void leadTo(@Nullable InetSocketAddress address) {
    change(() -> hub = address);
  }

  /** Cuts all connections, as a network does: with a reset. */
  void cut() {
    for (Socket socket : open) {
      reset(socket);
    }
  }

  /** Cuts all connections, and each new one, until what is returned is closed. */
  Fault outage() {
    change(() -> outages++);
    cut();
    return Fault.until(() -> change(() -> outages--));
  }

  /** Lets nothing pass, until what is returned is closed. */
  Fault stall() {
    change(() -> stalls++);
    return Fault.until(() -> change(() -> stalls--));
  }

  /** Lets each connection take so much from the hub, until what is returned is closed. */
  Fault slow(long bytes) {
    change(() -> bytesPerSecond = bytes);
    return Fault.until(() -> change(() -> bytesPerSecond = Long.MAX_VALUE));
  }

  /**
   * Cuts each new connection after so many bytes from the hub, until what is returned is closed.
   */
  Fault cutAfter(LongSupplier bytes) {
    change(() -> cutAfter = bytes);
    return Fault.until(() -> change(() -> cutAfter = null));
  }

  private long allowance() {
    lock.lock();
    try {
      return cutAfter == null ? Long.MAX_VALUE : cutAfter.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  private void change(Runnable how) {
    lock.lock();
    try {
      how.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!acceptor.isClosed()) {
      try {
        Socket client = acceptor.accept();
        open.add(client);
        threads.execute(() -> connect(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void connect(Socket client) {
    InetSocketAddress address = target();
    if (address == null) {
      forget(client);
      return;
    }
    Socket server = new Socket();
    open.add(server);
    try {
      server.setReceiveBufferSize(BUFFER_BYTES);
      server.connect(address);
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
    } catch (IOException e) {
      // The hub is gone: so is the connection.
      forget(client);
      forget(server);
      return;
    }
    Future<?> back = threads.submit(() -> forward(server, client, true));
    forward(client, server, false);
    try {
      back.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("forwarding failed", e.getCause());
    } finally {
      forget(client);
      forget(server);
    }
  }

  private @Nullable InetSocketAddress target() {
    lock.lock();
    try {
      return outages > 0 ? null : hub;
    } finally {
      lock.unlock();
    }
  }

  private void forward(Socket from, Socket to, boolean toClient) {
    byte[] bytes = new byte[BUFFER_BYTES];
    long left = toClient ? allowance() : Long.MAX_VALUE;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int count = in.read(bytes, 0, piece(toClient));
      while (count >= 0) {
        awaitTurn(count, toClient);
        out.write(bytes, 0, Math.clamp(left, 0, count));
        left -= count;
        if (left < 0) {
          // In good order for TCP, so that what was written arrives; for HTTP in the middle.
          to.shutdownOutput();
          from.shutdownInput();
          return;
        }
        count = in.read(bytes, 0, piece(toClient));
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // Cut on one side: cut on the other.
      forget(from);
      forget(to);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A tenth of a second's worth, so that a slow stream comes evenly. */
  private int piece(boolean toClient) {
    lock.lock();
    try {
      return toClient ? Math.clamp(bytesPerSecond / 10, 1, BUFFER_BYTES) : BUFFER_BYTES;
    } finally {
      lock.unlock();
    }
  }

  private void awaitTurn(int count, boolean toClient) throws InterruptedException {
    lock.lock();
    try {
      if (toClient && bytesPerSecond < Long.MAX_VALUE) {
        long nanos = TimeUnit.SECONDS.toNanos(count) / bytesPerSecond;
        while (nanos > 0 && bytesPerSecond < Long.MAX_VALUE) {
          nanos = changed.awaitNanos(nanos);
        }
      }
      while (stalls > 0) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget(Socket socket) {
    open.remove(socket);
    reset(socket);
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It is closed already.
    }
  }

  @Override
  public void close() throws IOException {
    acceptor.close();
    cut();
    threads.shutdownNow();
  }
}
