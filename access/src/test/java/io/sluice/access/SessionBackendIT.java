package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An application's backend over HTTP: what it is sent, and its bad days. */
class SessionBackendIT {

  private static final byte[] ANN = "{\"subject\":\"ann\"}".getBytes(StandardCharsets.UTF_8);

  private final TestClock clock = new TestClock();
  private final LoopbackServer application = new LoopbackServer();
  private final AtomicReference<Headers> sent = new AtomicReference<>();

  SessionBackendIT() throws IOException {}

  @AfterEach
  void close() {
    application.close();
  }

  private SessionOptions byCookie() {
    return SessionOptions.byCookie(application.url("/session"), "__Host-sid");
  }

  private void answer(int status, byte[] body) {
    application.handle(
        exchange -> {
          sent.set(exchange.getRequestHeaders());
          LoopbackServer.answer(exchange, status, body);
        });
  }

  private String outcome(SessionOptions options, String session) throws Exception {
    try (SessionBackend backend =
        SessionBackend.open(options, new MemoryRevocations(clock), clock)) {
      return switch (backend.identify(session).get(30, TimeUnit.SECONDS)) {
        case Identification.Known known -> String.valueOf(known.identity().subject());
        case Identification.Refused refused -> refused.code();
      };
    }
  }

  @Test
  void theCookieThatIsNamedIsPassedOnAndNothingElse() throws Exception {
    answer(200, ANN);
    assertThat(outcome(byCookie(), "s-1=\"x\"")).isEqualTo("ann");
    assertThat(sent.get().get("Cookie")).containsExactly("__Host-sid=s-1=\"x\"");
    assertThat(sent.get()).doesNotContainKeys("Authorization", "Upgrade");
  }

  @Test
  void theHeaderThatIsNamedIsPassedOn() throws Exception {
    answer(200, ANN);
    SessionOptions byHeader = SessionOptions.byHeader(application.url("/session"), "Authorization");
    assertThat(outcome(byHeader, "Opaque s-1")).isEqualTo("ann");
    assertThat(sent.get().get("Authorization")).containsExactly("Opaque s-1");
    assertThat(sent.get()).doesNotContainKey("Cookie");
  }

  @Test
  void whatTheBackendRefusesIsRefused() throws Exception {
    answer(401, new byte[0]);
    assertThat(outcome(byCookie(), "s-1")).isEqualTo("session-refused");
  }

  @Test
  void anAnswerThatIsTooLargeLetsNobodyIn() throws Exception {
    byte[] large = new byte[SessionBackend.MAX_BYTES + 1];
    Arrays.fill(large, (byte) ' ');
    System.arraycopy(ANN, 0, large, 0, ANN.length);
    answer(200, large);
    assertThat(outcome(byCookie(), "s-1")).isEqualTo("identity-unavailable");
    answer(200, Arrays.copyOf(large, SessionBackend.MAX_BYTES));
    assertThat(outcome(byCookie(), "s-1")).isEqualTo("ann");
  }

  @Test
  void aBackendThatStallsLetsNobodyInAndNobodyWaits() throws Exception {
    application.handle(application::stall);
    assertThat(outcome(byCookie().withTimeout(Duration.ofMillis(200)), "s-1"))
        .isEqualTo("identity-unavailable");
  }

  @Test
  void aBackendThatRedirectsToItsLoginLetsNobodyIn() throws Exception {
    application.handle(
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/session")) {
            exchange.getResponseHeaders().add("Location", application.url("/login").toString());
            LoopbackServer.answer(exchange, 302, new byte[0]);
          } else {
            LoopbackServer.answer(exchange, 200, ANN);
          }
        });
    assertThat(outcome(byCookie(), "s-1")).isEqualTo("identity-unavailable");
    assertThat(application.requests()).isEqualTo(1);
  }

  @Test
  void aBackendThatIsAwayLetsNobodyIn() throws Exception {
    SessionOptions options = byCookie();
    application.close();
    assertThat(outcome(options, "s-1")).isEqualTo("identity-unavailable");
  }
}
