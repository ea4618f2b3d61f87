package io.sluice.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A listener on a free port of the loopback interface. */
final class TestServer implements AutoCloseable {

  private final Transport transport;
  private final HttpListener listener;
  private final @Nullable TlsKeys tls;
  private final Queue<Problem> refusals = new ConcurrentLinkedQueue<>();

  TestServer(Endpoint endpoint) {
    this(Transport.fastest(2), HttpLimits.standard(), endpoint);
  }

  TestServer(HttpLimits limits, Endpoint endpoint) {
    this(Transport.fastest(2), limits, endpoint);
  }

  TestServer(Transport transport, HttpLimits limits, Endpoint endpoint) {
    this(transport, limits, endpoint, null);
  }

  /**
   * @param tls closed with the server; null for a port without TLS
   */
  TestServer(Transport transport, HttpLimits limits, Endpoint endpoint, @Nullable TlsKeys tls) {
    this.transport = transport;
    this.tls = tls;
    try {
      listener =
          HttpListener.bind(
              transport,
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              new HttpService(endpoint, limits, refusals::add),
              tls);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RawClient connect() throws IOException {
    return connect(0);
  }

  RawClient connect(int receiveBufferBytes) throws IOException {
    RawClient client = new RawClient(listener.address(), receiveBufferBytes);
    return tls == null ? client : client.encrypt(Trust.in(tls.certificate()));
  }

  /** A client that doesn't speak TLS, whatever the server does. */
  RawClient connectPlain() throws IOException {
    return new RawClient(listener.address());
  }

  HttpListener listener() {
    return listener;
  }

  Transport transport() {
    return transport;
  }

  Queue<Problem> refusals() {
    return refusals;
  }

  @Override
  public void close() {
    listener.close();
    transport.close(Duration.ofSeconds(5));
    if (tls != null) {
      tls.close();
    }
  }
}
