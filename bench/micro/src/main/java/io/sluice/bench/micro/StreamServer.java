package io.sluice.bench.micro;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;

/**
 * Sends every client the same events as fast as it takes them, as a hub writes them, in an answer
 * that ends with its connection. One client at a time.
 *
 * <p>A thread of its own, whose processor time is known, so that it can be told from the client's.
 */
final class StreamServer implements AutoCloseable {

  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

  private final byte[] stream;
  private final ServerSocket acceptor;
  private final Thread thread;

  /**
   * @param stream the events, blank lines included
   */
  StreamServer(byte[] stream) throws IOException {
    this.stream = stream;
    this.acceptor = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    this.thread = new Thread(this::serve, "stream-server");
    thread.setDaemon(true);
    thread.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + acceptor.getLocalPort() + "/events");
  }

  Thread thread() {
    return thread;
  }

  private void serve() {
    while (!acceptor.isClosed()) {
      try (Socket client = acceptor.accept()) {
        readHead(client.getInputStream());
        OutputStream out = client.getOutputStream();
        out.write(HEAD.getBytes(UTF_8));
        out.write(stream);
        client.shutdownOutput();
        client.getInputStream().readAllBytes(); // until the client is gone, too
      } catch (IOException e) {
        // A client that has enough hangs up; the next one comes.
      }
    }
  }

  private static void readHead(InputStream in) throws IOException {
    int matched = 0;
    while (matched < 4) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("no request");
      }
      matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
    }
  }

  @Override
  public void close() throws IOException {
    acceptor.close();
  }
}
