package io.sluice.server;

import static io.sluice.server.GuardedServer.bearer;
import static io.sluice.server.GuardedServer.post;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Everything that can be logged, at the finest level, while all kinds of credentials are shown. */
class SecretsInLogsIT {

  private static final String SESSION = "session-of-ann-0123456789";

  /** Keeps what all loggers say, with the stack traces. */
  private static final class Everything extends AppenderBase<ILoggingEvent> {

    final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getLoggerName() + " " + event.getFormattedMessage());
      for (IThrowableProxy thrown = event.getThrowableProxy();
          thrown != null;
          thrown = thrown.getCause()) {
        lines.add(thrown.getClassName() + ": " + thrown.getMessage());
      }
    }
  }

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Everything everything = new Everything();
  private Level before;

  @BeforeEach
  void listen() {
    before = root.getLevel();
    root.setLevel(Level.TRACE);
    // Not to the console too: 100,000 lines of the JDK's client.
    root.getAppender("out").stop();
    everything.start();
    root.addAppender(everything);
  }

  @AfterEach
  void stop() {
    root.setLevel(before);
    root.detachAppender(everything);
    root.getAppender("out").start();
  }

  @Test
  void noCredentialIsEverLogged() throws Exception {
    String token = GuardedServer.token("ann");
    String expired = GuardedServer.token("ann", Duration.ofSeconds(1));
    String operator = GuardedServer.token("otto", Duration.ofHours(1), "operator");
    String key = GuardedServer.BACKEND.text();
    String ticket;
    // The session's backend isn't there, and that is logged.
    try (GuardedServer server =
        new GuardedServer(
            "identity.query-token",
            "true",
            "identity.session.url",
            "http://127.0.0.1:1/whoami?of=us",
            "identity.session.cookie",
            "sid")) {
      ticket = server.ticket(key, "{\"subject\":\"ann\"}");
      open(server, "/events/users/@me/x?ticket=" + ticket, GuardedServer::anonymous, 200);
      open(server, "/events/users/@me/x?ticket=" + ticket, GuardedServer::anonymous, 401);
      open(server, "/events/users/@me/x?token=" + token, GuardedServer::anonymous, 200);
      open(server, "/events/users/@me/x?token=" + token + "&lastEventId=" + key, bearer(key), 403);
      open(server, "/events/users/@me/x", bearer(token), 200);
      open(server, "/events/users/@me/x", cookie("__Host-session=" + token), 200);
      open(server, "/events/public/a", cookie("sid=" + SESSION), 503);
      open(server, "/events/public/a", bearer(token + "x"), 401);
      open(server, "/events/public/a", bearer(key + "x"), 401);
      open(
          server,
          "/events/public/a",
          request -> request.header("Authorization", "Basic " + key),
          401);
      open(server, "/nowhere?token=" + token, GuardedServer::anonymous, 404);
      try (LiveStream stream = server.open("/events/users/@me/x", bearer(expired))) {
        if (stream.status() == 200) {
          stream.block("expired");
        }
      }
      open(server, "/events/public/a", bearer(expired), 401);
      open(
          server,
          "/revocations",
          post(operator, "{\"token\":\"" + key.substring(0, 12) + "\"}"),
          200);
      open(server, "/events/public/a", bearer(key), 401);
      try (RawClient client = new RawClient(server.server().address())) {
        client.send("GET /events?token=" + token + " HTTP/1.1\nHost: localhost\n\n");
        assertThat(client.response().status()).isEqualTo(400);
      }
      Awaitility.await().until(() -> server.streams() == 0);
    }

    assertThat(everything.lines).anyMatch(line -> line.startsWith("io.sluice.streams opened"));
    assertThat(everything.lines).anyMatch(line -> line.contains("SessionBackend"));
    for (String secret : List.of(token, expired, operator, key, ticket, SESSION, "of=us")) {
      assertThat(everything.lines.stream().filter(SecretsInLogsIT::isOfTheProduct))
          .noneMatch(line -> line.contains(secret));
    }
    assertThat(everything.lines).noneMatch(line -> line.contains(GuardedServer.SECRET));
  }

  // What the clients of this test log isn't the hub's doing.
  private static boolean isOfTheProduct(String line) {
    return !line.startsWith("jdk.internal.httpclient");
  }

  private static Consumer<HttpRequest.Builder> cookie(String text) {
    return request -> request.header("Cookie", text);
  }

  private static void open(
      GuardedServer server, String path, Consumer<HttpRequest.Builder> who, int status)
      throws Exception {
    HttpResponse<InputStream> response = server.send(path, who);
    response.body().close();
    assertThat(response.statusCode()).as(path.replaceAll("=.*", "=…")).isEqualTo(status);
  }
}
