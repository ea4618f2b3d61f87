package io.sluice.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy that resets every connection after a random number of bytes from the server: in the
 * middle of a frame, a line or a character.
 */
final class CuttingProxy implements Closeable {

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final Random random;
  private final int maxBytes;
  private final AtomicInteger cuts = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /**
   * @param maxBytes the most that a connection brings
   * @param seed of the random numbers
   */
  CuttingProxy(InetSocketAddress target, int maxBytes, long seed) throws IOException {
    this.target = target;
    this.maxBytes = maxBytes;
    this.random = new Random(seed);
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        Socket server = new Socket(target.getAddress(), target.getPort());
        open.add(server);
        int allowance = 1 + random.nextInt(maxBytes);
        Thread.ofVirtual().start(() -> pump(client, server, Integer.MAX_VALUE));
        Thread.ofVirtual().start(() -> pump(server, client, allowance));
      } catch (IOException closed) {
        return; // the test is over
      }
    }
  }

  private void pump(Socket from, Socket to, int allowance) {
    byte[] buffer = new byte[4096];
    int left = allowance;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      while (left > 0) {
        int count = in.read(buffer, 0, Math.min(left, buffer.length));
        if (count < 0) {
          break;
        }
        out.write(buffer, 0, count);
        left -= count;
      }
      if (left == 0) {
        cuts.incrementAndGet();
      }
    } catch (IOException gone) {
      // One side has gone; the other one goes with it.
    } finally {
      reset(from);
      reset(to);
    }
  }

  private void reset(Socket socket) {
    open.remove(socket);
    try {
      socket.setSoLinger(true, 0); // a close is a reset then
      socket.close();
    } catch (IOException closed) {
      // It was closed already.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(this::reset);
  }
}
