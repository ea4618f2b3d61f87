package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.Publication;
import io.sluice.hub.CloseReason;
import io.sluice.hub.Hub;
import io.sluice.hub.HubOptions;
import io.sluice.hub.Loop;
import io.sluice.hub.StreamFigures;
import io.sluice.hub.StreamObserver;
import io.sluice.hub.StreamOpener;
import io.sluice.hub.StreamOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A hub's streams on an encrypted port, and readers that are slow or dead. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TlsStreamIT {

  private static final int EVENTS = 3000;
  private static final String DATA = "x".repeat(5000);

  private final BlockingQueue<StreamFigures> ended = new LinkedBlockingQueue<>();
  private final Transport transport = Transport.fastest(1);
  private Hub hub;
  private TestServer server;

  private void serve(Duration writeTimeout) {
    StreamOptions standard = StreamOptions.DEFAULT;
    hub =
        Hub.open(
            HubOptions.builder().stream(
                    new StreamOptions(
                        standard.heartbeat(),
                        standard.retry(),
                        writeTimeout,
                        standard.outputBytes(),
                        standard.maxChannels(),
                        standard.gzipAbove()))
                .build());
    hub.streams()
        .observe(
            new StreamObserver() {
              @Override
              public void opened(StreamFigures stream) {}

              @Override
              public void closed(StreamFigures stream) {
                ended.add(stream);
              }
            });
    Map<Loop, StreamOpener> openers = new HashMap<>();
    for (NettyLoop loop : transport.loops()) {
      openers.put(loop, hub.addLoop(loop));
    }
    server =
        new TestServer(
            transport,
            HttpLimits.standard(),
            new SubscribeEndpoint(
                    hub,
                    openers,
                    Access.open(ClientLimits.NONE),
                    LimitSettings.RefuseStreams.STATUS,
                    false)
                ::several,
            TlsKeys.open(new TlsSettings(Optional.empty(), Optional.empty(), true)));
  }

  @AfterEach
  void close() {
    server.close();
    hub.close();
  }

  private RawClient subscribe() throws Exception {
    RawClient client = server.connect(4096);
    assertThat(client.request("GET", "/events?channel=news").head().status()).isEqualTo(200);
    while (!client.line().equals("event: connected")) {}
    return client;
  }

  private void publishAll() throws Exception {
    for (int i = 0; i < EVENTS; i++) {
      hub.publish(Publication.of("news", i + DATA)).get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aSlowReaderGetsEveryEventOnceAndInOrder() throws Exception {
    serve(Duration.ofSeconds(60));
    try (RawClient client = subscribe()) {
      publishAll(); // 15 MB, several times what sockets hold

      for (int i = 0; i < EVENTS; i++) {
        String line = client.line();
        while (!line.startsWith("data: ") || line.startsWith("data: {")) {
          assertThat(line).isNotEqualTo("event: gap");
          line = client.line();
        }
        assertThat(line).isEqualTo("data: " + i + DATA);
      }
    }
  }

  @Test
  void aReaderThatTakesNothingIsEndedAfterTheWriteTimeout() throws Exception {
    serve(Duration.ofSeconds(1));
    try (RawClient client = subscribe()) {
      publishAll();

      StreamFigures stream = ended.poll(20, TimeUnit.SECONDS);

      assertThat(stream).isNotNull();
      assertThat(stream.reason()).isEqualTo(CloseReason.WRITE_TIMEOUT);
      assertThat(client.closedByServer()).isTrue();
    }
  }
}
