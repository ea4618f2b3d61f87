package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.access.Network;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that begin with a header of the PROXY protocol. */
class ProxyHeaderIT {

  private static final byte[] SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int TCP4 = 0x11;
  private static final int TCP6 = 0x21;
  private static final int UDP4 = 0x12;
  private static final int UNIX = 0x31;
  private static final byte[] FROM_192_0_2_1 = {
    (byte) 192, 0, 2, 1, 10, 0, 0, 1, 0x1f, 0x40, 0, 80
  };
  private static final byte[] NOTHING = {};

  private static final byte[] GET =
      "GET /peer HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Transport transport = Transport.fastest(1);
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
    transport.close(Duration.ofSeconds(5));
  }

  private HttpListener serve(String trusted, boolean protocol) throws IOException {
    return serve(trusted, protocol, Duration.ofSeconds(10));
  }

  private HttpListener serve(String trusted, boolean protocol, Duration head) throws IOException {
    Router router =
        new Router()
            .route(
                "GET",
                "/peer",
                exchange ->
                    exchange.respond(
                        200,
                        Fields.NONE,
                        Peer.text(exchange.remoteAddress()).getBytes(StandardCharsets.UTF_8)));
    HttpLimits standard = HttpLimits.standard();
    HttpListener listener =
        HttpListener.bind(
            transport,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new HttpService(
                router,
                new HttpLimits(
                    standard.headBytes(),
                    standard.connections(),
                    head,
                    standard.idleTimeout(),
                    standard.bodyTimeout(),
                    standard.writeTimeout()),
                problem -> {},
                new ProxySettings(List.of(Network.parse(trusted)), protocol),
                PendingRequests.standard()));
    opened.add(listener::close);
    return listener;
  }

  private RawClient connect(HttpListener listener) throws IOException {
    RawClient client = new RawClient(listener.address());
    opened.add(client);
    return client;
  }

  private static byte[] version2(int command, int family, byte[] content) {
    return ByteBuffer.allocate(SIGNATURE.length + 4 + content.length)
        .put(SIGNATURE)
        .put((byte) command)
        .put((byte) family)
        .putShort((short) content.length)
        .put(content)
        .array();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static String ownAddress(RawClient client) {
    return client.localAddress().getHostString() + ":" + client.localAddress().getPort();
  }

  // What comes until the server closes. It may do so with a reset: there is more that it didn't
  // read.
  private static String answer(RawClient client) throws IOException {
    try {
      return client.rest();
    } catch (SocketException e) {
      return "";
    }
  }

  @Test
  void theClientThatATrustedProxyNamesIsThePeerOfEachRequest() throws Exception {
    RawClient client = connect(serve("127.0.0.0/8", true));
    client.send("PROXY TCP4 192.0.2.1 10.0.0.1 8000 80\r\n").send(GET);
    assertThat(client.response().text()).isEqualTo("192.0.2.1:8000");
    assertThat(client.send(GET).response().text()).isEqualTo("192.0.2.1:8000");
  }

  @Test
  void namesClientsOfIpv6() throws Exception {
    HttpListener listener = serve("127.0.0.0/8", true);
    RawClient text = connect(listener);
    text.send("PROXY TCP6 2001:db8::1 ::1 8000 80\r\n").send(GET);
    assertThat(text.response().text()).isEqualTo("[2001:db8:0:0:0:0:0:1]:8000");

    byte[] addresses = new byte[36];
    addresses[0] = 0x20;
    addresses[1] = 0x01;
    addresses[15] = 9;
    addresses[33] = 7;
    RawClient binary = connect(listener);
    binary.send(join(version2(PROXY, TCP6, addresses), GET));
    assertThat(binary.response().text()).isEqualTo("[2001:0:0:0:0:0:0:9]:7");
  }

  @Test
  void readsTheBinaryFormWithItsExtensions() throws Exception {
    byte[] extension = {(byte) 0xEA, 0, 3, 1, 2, 3};
    RawClient client = connect(serve("127.0.0.0/8", true));
    client.send(join(version2(PROXY, TCP4, join(FROM_192_0_2_1, extension)), GET));
    assertThat(client.response().text()).isEqualTo("192.0.2.1:8000");
  }

  @Test
  void readsAHeaderThatDripsInAndARequestThatComesWithItsEnd() throws Exception {
    HttpListener listener = serve("127.0.0.0/8", true);
    byte[][] headers = {
      "PROXY TCP4 192.0.2.1 10.0.0.1 8000 80\r\n".getBytes(StandardCharsets.US_ASCII),
      version2(PROXY, TCP4, FROM_192_0_2_1)
    };
    for (byte[] header : headers) {
      RawClient client = connect(listener);
      for (int i = 0; i < header.length - 1; i++) {
        client.send(new byte[] {header[i]});
      }
      client.send(join(new byte[] {header[header.length - 1]}, GET, GET));
      assertThat(client.response().text()).isEqualTo("192.0.2.1:8000");
      assertThat(client.response().text()).isEqualTo("192.0.2.1:8000");
    }
  }

  @Test
  void http2MayFollow() throws Exception {
    byte[] header = "PROXY TCP4 192.0.2.1 10.0.0.1 8000 80\r\n".getBytes(StandardCharsets.US_ASCII);
    RawHttp2Client client = RawHttp2Client.connect(serve("127.0.0.0/8", true).address(), header);
    opened.add(client);
    assertThat(client.request(1, "GET", "/peer").response(1)).isEqualTo("192.0.2.1:8000");
  }

  @Test
  void whereTheProxySpeaksForItselfItIsThePeer() throws Exception {
    HttpListener listener = serve("127.0.0.0/8", true);
    byte[][] headers = {
      "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII),
      "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n".getBytes(StandardCharsets.US_ASCII),
      version2(LOCAL, 0, NOTHING),
      version2(LOCAL, TCP4, FROM_192_0_2_1),
      version2(PROXY, 0, NOTHING),
      version2(PROXY, UNIX, new byte[216]),
    };
    for (byte[] header : headers) {
      RawClient client = connect(listener);
      client.send(join(header, GET));
      assertThat(client.response().text()).isEqualTo(ownAddress(client));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /peer HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 8000\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 8000 80 more\r\n",
        "PROXY TCP4 192.0.2.999 10.0.0.1 8000 80\r\n",
        "PROXY TCP4 2001:db8::1 ::1 8000 80\r\n",
        "PROXY TCP6 192.0.2.1 10.0.0.1 8000 80\r\n",
        "PROXY TCP4 localhost 10.0.0.1 8000 80\r\n",
        "PROXY TCP6 fe80::1%1 ::1 8000 80\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 80000 80\r\n",
        "PROXY UDP4 192.0.2.1 10.0.0.1 8000 80\r\n",
        "PROXY TCP9 192.0.2.1 10.0.0.1 8000 80\r\n",
        "proxy TCP4 192.0.2.1 10.0.0.1 8000 80\r\n",
        "PROXY  TCP4 192.0.2.1 10.0.0.1 8000 80\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      })
  void aConnectionWithoutAWellFormedHeaderIsClosed(String header) throws Exception {
    RawClient client = connect(serve("127.0.0.0/8", true));
    client.send(header.getBytes(StandardCharsets.US_ASCII));
    assertThat(answer(client)).isEmpty();
  }

  @Test
  void aHeaderThatIsTooLongIsNotReadToItsEnd() throws Exception {
    HttpListener listener = serve("127.0.0.0/8", true);
    assertThat(answer(connect(listener).send("PROXY TCP4 " + "1".repeat(200)))).isEmpty();
    byte[] long2 = version2(PROXY, TCP4, new byte[60_000]);
    assertThat(answer(connect(listener).send(Arrays.copyOf(long2, 20_000)))).isEmpty();
  }

  @Test
  void malformedBinaryHeadersCloseTheConnection() throws Exception {
    HttpListener listener = serve("127.0.0.0/8", true);
    byte[][] headers = {
      version2(0x11, TCP4, FROM_192_0_2_1), // version 1
      version2(0x31, TCP4, FROM_192_0_2_1), // version 3
      version2(0x2f, TCP4, FROM_192_0_2_1), // no such command
      version2(PROXY, 0x51, FROM_192_0_2_1), // no such family
      version2(PROXY, TCP4, new byte[4]), // too short for its addresses
      version2(PROXY, TCP6, FROM_192_0_2_1),
      version2(PROXY, UDP4, FROM_192_0_2_1),
      version2(PROXY, TCP4, join(FROM_192_0_2_1, new byte[] {4, 0, 99, 1})), // longer than it is
    };
    for (byte[] header : headers) {
      RawClient client = connect(listener);
      client.send(join(header, GET));
      assertThat(answer(client)).isEmpty();
    }
  }

  @Test
  void aSlowHeaderFallsUnderTheHeadTimeout() throws Exception {
    HttpListener listener = serve("127.0.0.0/8", true, Duration.ofMillis(200));
    assertThat(answer(connect(listener))).isEmpty();
    assertThat(answer(connect(listener).send("PROXY TCP4 192.0.2.1 "))).isEmpty();
    // And so does a request that doesn't follow it.
    assertThat(answer(connect(listener).send("PROXY TCP4 192.0.2.1 10.0.0.1 8000 80\r\n")))
        .isEmpty();
  }

  @Test
  void aClientThatClosesItsSideInTheMidstOfAHeaderIsClosed() throws Exception {
    RawClient client = connect(serve("127.0.0.0/8", true));
    assertThat(answer(client.send("PROXY TCP4 192").closeOutput())).isEmpty();
  }

  @Test
  void nobodyElseCanNameAClient() throws Exception {
    HttpListener listener = serve("10.0.0.0/8", true);
    RawClient announcing = connect(listener);
    announcing.send("PROXY TCP4 192.0.2.1 10.0.0.1 8000 80\r\n").send(GET);
    assertThat(announcing.response().status()).isEqualTo(400);
    RawClient direct = connect(listener);
    assertThat(direct.send(GET).response().text()).isEqualTo(ownAddress(direct));
  }

  @Test
  void aTrustedProxyNeedsNoHeaderWhereTheProtocolIsOff() throws Exception {
    HttpListener listener = serve("127.0.0.0/8", false);
    RawClient announcing = connect(listener);
    announcing.send("PROXY TCP4 192.0.2.1 10.0.0.1 8000 80\r\n").send(GET);
    assertThat(announcing.response().status()).isEqualTo(400);
    RawClient direct = connect(listener);
    assertThat(direct.send(GET).response().text()).isEqualTo(ownAddress(direct));
  }
}
