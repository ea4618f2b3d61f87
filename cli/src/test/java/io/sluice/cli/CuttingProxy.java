package io.sluice.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToLongFunction;

/** Stands between a client and a server, and cuts each connection after a number of bytes. */
final class CuttingProxy implements Closeable {

  private final InetSocketAddress server;
  private final IntToLongFunction budget;
  private final ServerSocket acceptor;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger connections = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /**
   * @param server where bytes go
   * @param budget for each connection, counted from 0, after how many bytes in both directions
   *     together it is cut
   */
  CuttingProxy(InetSocketAddress server, IntToLongFunction budget) throws IOException {
    this.server = server;
    this.budget = budget;
    this.acceptor = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + acceptor.getLocalPort();
  }

  /** How many connections there were so far. */
  int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = acceptor.accept();
        Socket upstream = new Socket(server.getAddress(), server.getPort());
        open.add(client);
        open.add(upstream);
        AtomicLong left = new AtomicLong(budget.applyAsLong(connections.getAndIncrement()));
        threads.execute(() -> forward(client, upstream, left));
        threads.execute(() -> forward(upstream, client, left));
      }
    } catch (IOException e) {
      close();
    }
  }

  /** Forwards until one side ends or the budget is spent; then ends both. */
  private void forward(Socket from, Socket to, AtomicLong left) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8192];
      int count = in.read(bytes);
      while (count >= 0) {
        long before = left.getAndAdd(-count);
        out.write(bytes, 0, Math.clamp(before, 0, count));
        if (before <= count) {
          return;
        }
        count = in.read(bytes);
      }
    } catch (SocketException e) {
      // The other direction was cut, and this one with it: that is what the proxy is for.
      return;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() {
    try {
      acceptor.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    threads.shutdownNow();
  }
}
