package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.access.BoundedFetch.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedFetchIT {

  private static final int MAX_BYTES = 1000;

  private final LoopbackServer server = new LoopbackServer();
  private final BoundedFetch patient = new BoundedFetch(Duration.ofSeconds(30), MAX_BYTES);
  private final BoundedFetch hasty = new BoundedFetch(Duration.ofMillis(300), MAX_BYTES);

  BoundedFetchIT() throws IOException {}

  @AfterEach
  void close() {
    patient.close();
    hasty.close();
    server.close();
  }

  private static Reply send(BoundedFetch fetch, URI url) throws Exception {
    CompletableFuture<Reply> reply = fetch.send(HttpRequest.newBuilder(url).build());
    return reply.get(30, TimeUnit.SECONDS);
  }

  private static Throwable failure(BoundedFetch fetch, URI url) {
    return catchThrowableOfType(ExecutionException.class, () -> send(fetch, url)).getCause();
  }

  @Test
  void anAnswerThatJustFitsIsWhole() throws Exception {
    byte[] body = "x".repeat(MAX_BYTES).getBytes(StandardCharsets.UTF_8);
    server.handle(exchange -> LoopbackServer.answer(exchange, 203, body));
    Reply reply = send(patient, server.url("/"));
    assertThat(reply.status()).isEqualTo(203);
    assertThat(reply.body()).isEqualTo(body);
  }

  @Test
  void anAnswerThatSaysItIsTooLargeIsNotRead() {
    server.handle(exchange -> LoopbackServer.answer(exchange, 200, new byte[MAX_BYTES + 1]));
    assertThat(failure(patient, server.url("/"))).hasMessageContaining("more than 1000 bytes");
  }

  @Test
  void anAnswerThatGoesOnAndOnIsGivenUp() throws Exception {
    CountDownLatch cut = new CountDownLatch(1);
    server.handle(
        exchange -> {
          try {
            LoopbackServer.flood(exchange, 1L << 40);
          } catch (IOException connectionGone) {
            cut.countDown();
            throw connectionGone;
          }
        });
    assertThat(failure(patient, server.url("/"))).hasMessageContaining("more than 1000 bytes");
    // The sender notices, so nothing more comes.
    assertThat(cut.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anAnswerThatStopsInTheMiddleRunsOutOfTime() {
    server.handle(server::stall);
    assertThat(failure(hasty, server.url("/"))).isInstanceOf(TimeoutException.class);
  }

  @Test
  void aConnectionWithoutAnAnswerInTimeIsClosed() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Reply> reply =
          hasty.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + listener.getLocalPort() + '/'))
                  .build());
      try (Socket connection = listener.accept()) {
        connection.setSoTimeout(30_000);
        connection
            .getOutputStream()
            .write(
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx".getBytes(StandardCharsets.UTF_8));
        // The request, and then the end.
        connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        assertThatExceptionOfType(ExecutionException.class)
            .isThrownBy(() -> reply.get(30, TimeUnit.SECONDS))
            .withCauseInstanceOf(TimeoutException.class);
      }
    }
  }

  @Test
  void anAnswerThatNeverBeginsRunsOutOfTime() {
    server.handle(server::silence);
    assertThat(failure(hasty, server.url("/"))).isInstanceOf(TimeoutException.class);
  }

  @Test
  void redirectsAreAnswersAndNotFollowed() throws Exception {
    server.handle(
        exchange -> {
          exchange.getResponseHeaders().add("Location", server.url("/elsewhere").toString());
          LoopbackServer.answer(exchange, 302, new byte[0]);
        });
    assertThat(send(patient, server.url("/")).status()).isEqualTo(302);
    assertThat(server.requests()).isEqualTo(1);
  }

  @Test
  void whereNobodyListensItFails() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    URI nobody = URI.create("http://127.0.0.1:" + port + '/');
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> send(patient, nobody))
        .withCauseInstanceOf(IOException.class);
  }

  @Test
  void closingGivesUpWhatIsUnderWay() {
    server.handle(server::silence);
    CompletableFuture<Reply> reply = patient.send(HttpRequest.newBuilder(server.url("/")).build());
    patient.close();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> reply.get(20, TimeUnit.SECONDS));
  }
}
