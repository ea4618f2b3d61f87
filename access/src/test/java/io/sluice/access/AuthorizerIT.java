package io.sluice.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.sluice.access.Authorizer.Answer;
import io.sluice.event.ChannelPattern;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AuthorizerIT {

  private static final ChannelPattern NEWS = ChannelPattern.parse("news");
  private static final Identity ALICE = Somebody.of(Identity.Kind.TOKEN, "alice");
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(100);

  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer application;

  @BeforeEach
  void listen() throws IOException {
    application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    application.setExecutor(threads);
    application.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    application.stop(0);
    threads.shutdownNow();
  }

  private Authorizer answering(Duration timeout, HttpHandler handler) {
    application.createContext(
        "/may",
        exchange -> {
          asked.incrementAndGet();
          try (exchange) {
            handler.handle(exchange);
          }
        });
    int port = application.getAddress().getPort();
    return Authorizer.open(
        new AuthorizerOptions(URI.create("http://127.0.0.1:" + port + "/may"), timeout),
        InstantSource.system());
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static Answer ask(Authorizer authorizer) throws Exception {
    return authorizer.ask(ALICE, Action.PUBLISH, NEWS).get(30, TimeUnit.SECONDS);
  }

  @Test
  void theApplicationIsPostedTheQuestionAndAskedOnce() throws Exception {
    AtomicReference<String> question = new AtomicReference<>();
    try (Authorizer authorizer =
        answering(
            LONG,
            exchange -> {
              question.set(
                  exchange.getRequestMethod()
                      + " "
                      + exchange.getRequestHeaders().getFirst("Content-Type")
                      + " "
                      + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
              answer(exchange, 200, "{\"allow\":true,\"maxAge\":60}");
            })) {
      assertThat(ask(authorizer)).isEqualTo(new Answer.Allowed());
      assertThat(ask(authorizer)).isEqualTo(new Answer.Allowed());
    }
    assertThat(asked).hasValue(1);
    assertThat(question.get())
        .isEqualTo(
            "POST application/json {\"kind\":\"token\",\"subject\":\"alice\",\"roles\":[],"
                + "\"scopes\":[],\"claims\":{},\"action\":\"publish\",\"channel\":\"news\"}");
  }

  @Test
  void anApplicationThatSaysNothingAllowsNothing() throws Exception {
    try (Authorizer authorizer =
        answering(
            SHORT,
            exchange -> {
              hold();
              answer(exchange, 200, "{\"allow\":true}");
            })) {
      assertThat(ask(authorizer)).isInstanceOf(Answer.Unavailable.class);
    }
  }

  @Test
  void anApplicationThatNeverEndsItsAnswerAllowsNothing() throws Exception {
    try (Authorizer authorizer =
        answering(
            SHORT,
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write("{\"allow\":true}".getBytes(UTF_8));
              exchange.getResponseBody().flush();
              hold();
            })) {
      assertThat(ask(authorizer)).isInstanceOf(Answer.Unavailable.class);
    }
  }

  @Test
  void anAnswerThatIsTooLongAllowsNothing() throws Exception {
    String padding = " ".repeat(Authorizer.MAX_BYTES);
    try (Authorizer authorizer =
        answering(LONG, exchange -> answer(exchange, 200, "{\"allow\":true}" + padding))) {
      assertThat(ask(authorizer)).isInstanceOf(Answer.Unavailable.class);
    }
  }

  @Test
  void redirectsAreNotFollowed() throws Exception {
    try (Authorizer authorizer =
        answering(
            LONG,
            exchange -> {
              exchange.getResponseHeaders().set("Location", "/may");
              answer(exchange, 307, "");
            })) {
      assertThat(ask(authorizer)).isInstanceOf(Answer.Unavailable.class);
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void anApplicationThatIsAwayAllowsNothingUntilItIsBack() throws Exception {
    AtomicInteger status = new AtomicInteger(503);
    try (Authorizer authorizer =
        answering(LONG, exchange -> answer(exchange, status.get(), "{\"allow\":true}"))) {
      assertThat(ask(authorizer)).isInstanceOf(Answer.Unavailable.class);
      status.set(200);
      assertThat(ask(authorizer)).isEqualTo(new Answer.Allowed());
    }
  }

  @Test
  void nobodyListensAndNothingIsAllowed() throws Exception {
    try (Authorizer authorizer = answering(LONG, exchange -> {})) {
      application.stop(0);
      assertThat(ask(authorizer)).isInstanceOf(Answer.Unavailable.class);
    }
  }

  @Test
  void closingEndsWhatIsUnderWay() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Authorizer authorizer =
        answering(
            LONG,
            exchange -> {
              begun.countDown();
              hold();
            });
    var answer = authorizer.ask(ALICE, Action.PUBLISH, NEWS);
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    authorizer.close();

    assertThat(answer.get(30, TimeUnit.SECONDS)).isInstanceOf(Answer.Unavailable.class);
    assertThat(authorizer.ask(ALICE, Action.PUBLISH, NEWS).get(30, TimeUnit.SECONDS))
        .isInstanceOf(Answer.Unavailable.class);
  }

  private void hold() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
