package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.hub.CloseReason;
import io.sluice.wire.Frames;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An encrypted port, and clients that use it rightly and wrongly. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TlsIT {

  private static final TlsSettings DEV = new TlsSettings(Optional.empty(), Optional.empty(), true);

  private final BlockingQueue<RecordingOwner> owners = new LinkedBlockingQueue<>();
  private final Router router =
      new Router()
          .route(
              "GET",
              "/hello",
              exchange ->
                  exchange.respond(
                      200, Fields.NONE, exchange.protocol().getBytes(StandardCharsets.US_ASCII)))
          .route(
              "POST",
              "/echo",
              exchange ->
                  exchange.aggregate(10_000_000, body -> exchange.respond(200, Fields.NONE, body)))
          .route("GET", "/events", exchange -> stream(exchange, 3, 50, true))
          .route("GET", "/large", exchange -> stream(exchange, 3, 2_000_000, true))
          .route("GET", "/open", exchange -> stream(exchange, 1, 50, false))
          .route("GET", "/flood", exchange -> stream(exchange, 20_000, 1000, false));

  private TlsKeys keys;
  private TestServer server;

  private void serve(HttpLimits limits) {
    serve(limits, TlsKeys.open(DEV));
  }

  private void serve(HttpLimits limits, TlsKeys tls) {
    keys = tls;
    server = new TestServer(Transport.fastest(2), limits, router, tls);
  }

  private static HttpLimits limits(int headMillis, int connections) {
    return new HttpLimits(
        16 << 10,
        connections,
        Duration.ofMillis(headMillis),
        Duration.ofSeconds(75),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30));
  }

  private void stream(Exchange exchange, int count, int bytes, boolean ends) {
    Frames frames = RecordingOwner.numbered(count, bytes);
    exchange.openStream(
        Fields.of("Content-Type", "text/event-stream"),
        outlet -> {
          RecordingOwner owner = new RecordingOwner(outlet, frames, ends);
          owners.add(owner);
          return owner;
        });
  }

  private RecordingOwner owner() throws InterruptedException {
    return owners.poll(20, TimeUnit.SECONDS);
  }

  private HttpClient client(HttpClient.Version version) {
    return HttpClient.newBuilder()
        .version(version)
        .sslContext(Trust.in(keys.certificate()))
        .connectTimeout(Duration.ofSeconds(20))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create("https://localhost:" + server.listener().address().getPort() + path))
        .timeout(Duration.ofSeconds(20));
  }

  private static HttpResponse<String> send(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** A socket that offers certain protocols and versions; the handshake is still to come. */
  private SSLSocket socket(SSLParameters parameters) throws IOException {
    Socket plain = new Socket();
    plain.connect(server.listener().address());
    plain.setSoTimeout(20_000);
    SSLSocket socket =
        (SSLSocket)
            Trust.in(keys.certificate())
                .getSocketFactory()
                .createSocket(plain, "localhost", plain.getPort(), true);
    socket.setSSLParameters(parameters);
    return socket;
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"HTTP_2, HTTP/2", "HTTP_1_1, HTTP/1.1"})
  void speaksTheProtocolThatWasAgreedOn(HttpClient.Version version, String protocol)
      throws Exception {
    serve(HttpLimits.standard());
    try (HttpClient client = client(version)) {
      HttpResponse<String> hello = send(client, request("/hello").build());

      assertThat(hello.version()).isEqualTo(version);
      assertThat(hello.body()).isEqualTo(protocol);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void streamsSmallAndLargeFramesToTheirEnd(HttpClient.Version version) throws Exception {
    serve(HttpLimits.standard());
    try (HttpClient client = client(version)) {
      assertThat(send(client, request("/events").build()).body())
          .isEqualTo(RecordingOwner.all(3, 50));
      assertThat(send(client, request("/large").build()).body())
          .isEqualTo(RecordingOwner.all(3, 2_000_000));
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void takesBodiesThatAreLargerThanARecord(HttpClient.Version version) throws Exception {
    serve(HttpLimits.standard());
    String body = RecordingOwner.all(3000, 1000);
    try (HttpClient client = client(version)) {
      HttpRequest post = request("/echo").POST(HttpRequest.BodyPublishers.ofString(body)).build();

      assertThat(send(client, post).body()).isEqualTo(body);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void speaksBothVersionsWithForwardSecrecy(String version) throws Exception {
    serve(HttpLimits.standard());
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {version});
    try (SSLSocket socket = socket(parameters)) {
      socket.startHandshake();

      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      assertThat(socket.getSession().getCipherSuite())
          .matches("TLS_(ECDHE_ECDSA_WITH_)?AES_128_GCM_SHA256");
    }
  }

  @Test
  void refusesOldCiphers() throws Exception {
    serve(HttpLimits.standard());
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.2"});
    parameters.setCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
    try (SSLSocket socket = socket(parameters)) {
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void aClientThatSpeaksNeitherProtocolIsToldSo() throws Exception {
    serve(HttpLimits.standard());
    SSLParameters parameters = new SSLParameters();
    parameters.setApplicationProtocols(new String[] {"imap"});
    try (SSLSocket socket = socket(parameters)) {
      assertThatThrownBy(socket::startHandshake)
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("no_application_protocol");
    }
  }

  @Test
  void aClientWithoutAlpnIsSpokenHttp1To() throws Exception {
    serve(HttpLimits.standard());
    try (RawClient client = server.connect()) {
      assertThat(client.request("GET", "/hello").response().text()).isEqualTo("HTTP/1.1");
      assertThat(client.request("GET", "/hello").response().text()).isEqualTo("HTTP/1.1");
    }
  }

  @Test
  void whatSpeaksHttpWithoutTlsIsToldSo() throws Exception {
    serve(HttpLimits.standard());
    try (RawClient client = server.connectPlain()) {
      RawClient.Response response = client.request("GET", "/hello").response();

      assertThat(response.status()).isEqualTo(400);
      assertThat(response.text()).contains("\"code\":\"https-only\"", "https is spoken here");
      assertThat(client.rest()).isEmpty();
    }
    assertThat(server.refusals()).extracting(Problem::code).containsExactly("https-only");
  }

  @Test
  void whatSpeaksNeitherIsCut() throws Exception {
    serve(HttpLimits.standard());
    try (RawClient client = server.connectPlain()) {
      client.send(new byte[] {0, 1, 2, 3});
      assertThat(client.closedByServer()).isTrue();
    }
    try (RawClient client = server.connectPlain()) {
      client.send(new byte[] {22, 'G', 'E', 'T', ' ', '/', '\r', '\n', '\r', '\n'});
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0016\u0003\u0001"})
  void aHandshakeThatStallsIsCut(String begun) throws Exception {
    serve(limits(200, 100));
    try (RawClient client = server.connectPlain()) {
      client.send(begun);
      assertThat(client.closedByServer()).isTrue();
    }
  }

  @Test
  void aClientThatSaysNothingAfterTheHandshakeIsCut() throws Exception {
    serve(limits(400, 100));
    try (RawClient client = server.connect()) {
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void aConnectionTooManyIsToldSo() throws Exception {
    serve(limits(10_000, 1));
    try (RawClient first = server.connect();
        RawClient second = server.connect()) {
      assertThat(second.request("GET", "/hello").response().text())
          .contains("\"code\":\"too-many-connections\"");
      assertThat(first.request("GET", "/hello").response().status()).isEqualTo(200);
    }
  }

  @Test
  void tellsWhenTheClientGoesAndWhenItOnlySaysThatItDoes() throws Exception {
    serve(HttpLimits.standard());
    RawClient client = server.connect();
    client.request("GET", "/open").head();
    RecordingOwner owner = owner();
    assertThat(owner.gone).isNotDone();
    client.closeOutput(); // close_notify alone: the socket stays open
    assertThat(owner.gone.get(20, TimeUnit.SECONDS)).isEqualTo(CloseReason.CLIENT);
    client.close();
  }

  @Test
  void aReaderThatDoesNotReadIsCutAtOnce() throws Exception {
    serve(HttpLimits.standard());
    try (RawClient client = server.connect(2048)) {
      client.request("GET", "/flood").head();
      RecordingOwner owner = owner();
      assertThat(owner.allTaken).isNotDone();

      server.transport().loops().forEach(loop -> loop.execute(owner::abort));

      owner.gone.get(20, TimeUnit.SECONDS);
      assertThat(client.closedByServer()).isTrue();
    }
  }

  private TlsTape tape(String request) {
    return new TlsTape(server, request, Trust.in(keys.certificate()));
  }

  @Test
  void theEndOfAStreamIsTheEndOfTlsToo() throws Exception {
    serve(HttpLimits.standard());
    try (TlsTape tape = tape("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      assertThat(tape.end.get(20, TimeUnit.SECONDS)).endsWith(RecordingOwner.all(3, 50));
    }
  }

  @Test
  void theEndOfAnAnswerIsTheEndOfTlsToo() throws Exception {
    serve(HttpLimits.standard());
    String request = "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    try (TlsTape tape = tape(request)) {
      assertThat(tape.end.get(20, TimeUnit.SECONDS)).endsWith("\r\n\r\nHTTP/1.1");
    }
  }

  @Test
  void aStreamThatIsCutDoesNotLookLikeOneThatHasEnded() throws Exception {
    serve(HttpLimits.standard());
    try (TlsTape tape = tape("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      RecordingOwner owner = owner();
      server.transport().loops().forEach(loop -> loop.execute(owner::abort));

      assertThatThrownBy(() -> tape.end.get(20, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void newConnectionsSeeANewCertificateAndOpenOnesGoOn(@TempDir Path folder) throws Exception {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    CertifiedKey first = DevCertificate.create(Instant.now());
    CertifiedKey second = DevCertificate.create(Instant.now());
    Files.writeString(certificate, CertifiedKeyTest.certificatePem(first));
    Files.writeString(key, CertifiedKeyTest.keyPem(first));
    serve(
        HttpLimits.standard(),
        TlsKeys.open(new TlsSettings(Optional.of(certificate), Optional.of(key), false)));
    try (RawClient before = server.connect()) {
      assertThat(before.request("GET", "/hello").response().status()).isEqualTo(200);

      Files.writeString(certificate, CertifiedKeyTest.certificatePem(second));
      Files.writeString(key, CertifiedKeyTest.keyPem(second));
      keys.check();

      assertThat(keys.certificate()).isEqualTo(second.certificate());
      try (RawClient after = server.connect()) { // trusts nothing but the second
        assertThat(after.request("GET", "/hello").response().status()).isEqualTo(200);
      }
      assertThat(before.request("GET", "/hello").response().status()).isEqualTo(200);
    }
  }

  @Test
  void drainingEndsWhatIsIdle() throws Exception {
    serve(HttpLimits.standard());
    try (RawClient client = server.connect()) {
      assertThat(client.request("GET", "/hello").response().status()).isEqualTo(200);
      server.listener().drain();
      assertThat(client.rest()).isEmpty();
    }
  }
}
