package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.hub.CloseReason;
import io.sluice.wire.Frames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Event streams on HTTP/1 through real sockets, written directly, by way of Netty and encrypted.
 */
class Http1OutletIT {

  private static final Fields EVENTS = Fields.of("Content-Type", "text/event-stream");

  private final BlockingQueue<RecordingOwner> owners = new LinkedBlockingQueue<>();
  private TestServer server;

  private TestServer serve(String transport, Frames frames, boolean ends) {
    Endpoint endpoint =
        exchange ->
            exchange.openStream(
                EVENTS,
                outlet -> {
                  RecordingOwner owner = new RecordingOwner(outlet, frames, ends);
                  owners.add(owner);
                  return owner;
                });
    server =
        new TestServer(
            transport.equals("nio") ? Transport.nio(1) : Transport.fastest(1),
            HttpLimits.standard(),
            endpoint,
            transport.equals("tls")
                ? TlsKeys.open(new TlsSettings(Optional.empty(), Optional.empty(), true))
                : null);
    return server;
  }

  private RecordingOwner owner() throws InterruptedException {
    return owners.poll(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fastest", "nio", "tls"})
  void sendsHeadAndFramesAndEnds(String transport) throws Exception {
    serve(transport, RecordingOwner.numbered(3, 50), true);
    try (RawClient client = server.connect()) {
      RawClient.Response head = client.request("GET", "/").head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.field("Content-Type")).isEqualTo("text/event-stream");
      assertThat(head.field("Connection")).isEqualTo("close");
      assertThat(client.rest()).isEqualTo(RecordingOwner.all(3, 50));
    }
    owner().gone.get(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fastest", "nio", "tls"})
  void allFramesArriveInOrderAtAReaderWithATinyBuffer(String transport) throws Exception {
    // Several times what the kernel lets a socket's buffer grow to.
    serve(transport, RecordingOwner.numbered(60_000, 333), true);
    try (RawClient client = server.connect(2048)) {
      client.request("GET", "/").head();
      StringBuilder got = new StringBuilder();
      // Byte by byte at first, so that the socket's buffers fill up; then what comes.
      for (int i = 0; i < 5000; i++) {
        got.append((char) client.read(1)[0]);
      }
      assertThat(got + client.rest()).isEqualTo(RecordingOwner.all(60_000, 333));
    }
    // Had the sockets taken all at once, this would have tested nothing.
    assertThat(owner().allTaken.get(20, TimeUnit.SECONDS)).isGreaterThan(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fastest", "nio", "tls"})
  void aFrameLargerThanAllBuffersArrivesWhole(String transport) throws Exception {
    serve(transport, RecordingOwner.numbered(2, 9_000_000), true);
    try (RawClient client = server.connect(4096)) {
      client.request("GET", "/").head();
      assertThat(client.rest()).isEqualTo(RecordingOwner.all(2, 9_000_000));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fastest", "nio", "tls"})
  void tellsWhenTheClientGoes(String transport) throws Exception {
    serve(transport, RecordingOwner.numbered(1, 50), false);
    RawClient client = server.connect();
    client.request("GET", "/").head();
    RecordingOwner owner = owner();
    assertThat(owner.gone).isNotDone();
    client.close();
    assertThat(owner.gone.get(20, TimeUnit.SECONDS)).isEqualTo(CloseReason.CLIENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fastest", "nio", "tls"})
  void tellsWhenAReaderThatLagsResetsTheConnection(String transport) throws Exception {
    serve(transport, RecordingOwner.numbered(20_000, 1000), false);
    RawClient client = server.connect(2048);
    client.request("GET", "/").head();
    RecordingOwner owner = owner();
    client.reset();
    owner.gone.get(20, TimeUnit.SECONDS);
    assertThat(owner.allTaken).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fastest", "nio", "tls"})
  void sendsTheHeadWithoutWaitingForAnEvent(String transport) throws Exception {
    serve(transport, RecordingOwner.numbered(0, 0), false);
    try (RawClient client = server.connect()) {
      assertThat(client.request("GET", "/").head().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fastest", "nio", "tls"})
  void dropsWhatTheClientSendsAndClosesWhenThatIsTooMuch(String transport) throws Exception {
    serve(transport, RecordingOwner.numbered(1, 50), false);
    try (RawClient client = server.connect()) {
      client.request("GET", "/").head();
      client.send(new byte[10_000]);
      client.send("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(owner().gone).isNotDone();
      client.send(new byte[10_000]);
      assertThat(client.closedByServer()).isTrue();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset"); // the server was faster
    }
  }
}
