package io.sluice.access;

import static io.sluice.access.Answers.code;
import static io.sluice.access.Answers.known;
import static io.sluice.access.Answers.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.access.BoundedFetch.Reply;
import io.sluice.event.ChannelPattern;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backend's answers come to, how often it is asked, and what holds while it is away. */
class SessionBackendTest {

  private static final URI URL = URI.create("http://app.example/session");
  private static final String ANN = "{\"subject\":\"ann\"}";

  private final TestClock clock = new TestClock();
  private final MemoryRevocations revocations = new MemoryRevocations(clock);

  // Questions that weren't answered yet, oldest first; all that were asked.
  private final Deque<CompletableFuture<Reply>> open = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();

  private final SessionBackend backend = backend(SessionOptions.byCookie(URL, "sid"));

  private SessionBackend backend(SessionOptions options) {
    return SessionBackend.by(
        value -> {
          asked.add(value);
          open.add(new CompletableFuture<>());
          return open.getLast();
        },
        options,
        revocations,
        clock);
  }

  private void answer(int status, String body) {
    open.remove().complete(new Reply(status, body.getBytes(StandardCharsets.UTF_8)));
  }

  /** Asks for a session that isn't held, and has it answered. */
  private CompletableFuture<Identification> ask(String session, int status, String body) {
    CompletableFuture<Identification> identification = backend.identify(session);
    assertThat(identification).isNotDone();
    answer(status, body);
    return identification;
  }

  @Test
  void anIdentityHasWhatTheBackendSays() {
    String all =
        "{\"subject\":\"ann\",\"roles\":[\"editor\"],\"scopes\":\"read"
            + " write\",\"claims\":{\"tenant\":\"acme\","
            + "\"n\":null},\"expires\":\"2026-01-31T14:00:00+01:00\",\"issued\":1769850000,\"subscribe\":[\"a/*\"],"
            + "\"publish\":[\"b\"],\"more\":true}";
    assertThat(known(ask("s-1", 200, all)))
        .isEqualTo(
            new Identity(
                Identity.Kind.SESSION,
                "ann",
                Set.of("editor"),
                Set.of("read", "write"),
                Map.of("tenant", "acme"),
                new Grants(
                    List.of(ChannelPattern.parse("a/*")), List.of(ChannelPattern.parse("b"))),
                Instant.parse("2026-01-31T13:00:00Z"),
                null,
                Instant.ofEpochSecond(1769850000),
                null));
  }

  @Test
  void anAnswerIsHeldForItsTimeAndNoLonger() {
    known(ask("s-1", 200, ANN));
    clock.advance(SessionOptions.DEFAULT_CACHE.minusMillis(1));
    known(backend.identify("s-1"));
    clock.advance(Duration.ofMillis(1));
    assertThat(backend.identify("s-1")).isNotDone();
    assertThat(asked).containsExactly("s-1", "s-1");
  }

  @Test
  void anAnswerIsNotHeldLongerThanItsSessionLasts() {
    String soon =
        "{\"subject\":\"ann\",\"expires\":" + (clock.instant().getEpochSecond() + 5) + '}';
    Identity ann = known(ask("s-1", 200, soon));
    assertThat(ann.expires()).isEqualTo(clock.instant().plusSeconds(5));
    clock.advance(Duration.ofMillis(4999));
    known(backend.identify("s-1"));
    clock.advance(Duration.ofMillis(1));
    assertThat(code(ask("s-1", 200, soon))).isEqualTo("session-refused");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void aRefusalIsHeldForAShortTime(int status) {
    assertThat(code(ask("s-1", status, ""))).isEqualTo("session-refused");
    clock.advance(SessionBackend.REFUSAL_HELD.minusMillis(1));
    assertThat(code(backend.identify("s-1"))).isEqualTo("session-refused");
    clock.advance(Duration.ofMillis(1));
    // Who logged in meanwhile gets in.
    known(ask("s-1", 200, ANN));
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 201, 204, 301, 302, 304, 307, 400, 404, 429, 500, 503})
  void anyOtherStatusLetsNobodyIn(int status) {
    Identification.Refused refused = refused(ask("s-1", status, ANN));
    assertThat(refused.code()).isEqualTo("identity-unavailable");
    assertThat(refused.retryAfter()).isPositive();
    // It isn't held: the next request may find the backend well again.
    known(ask("s-1", 200, ANN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "<html>",
        "{}",
        "{\"subject\":null}",
        "{\"subject\":\"\"}",
        "{\"subject\":7}",
        "{\"subject\":\"a\\u0000\"}",
        "{\"subject\":\"ann\",\"subject\":\"eve\"}",
        "{\"subject\":\"ann\"}{}",
        "{\"subject\":\"ann\",\"expires\":\"tomorrow\"}",
        "{\"subject\":\"ann\",\"expires\":-1}",
        "{\"subject\":\"ann\",\"roles\":{}}",
        "{\"subject\":\"ann\",\"claims\":[]}",
        "{\"subject\":\"ann\",\"subscribe\":[\"a/**/b\"]}",
        "{\"subject\":\"ann\",\"publish\":\"a\"}"
      })
  void anAnswerThatCannotBeReadLetsNobodyIn(String body) {
    assertThat(code(ask("s-1", 200, body))).isEqualTo("identity-unavailable");
  }

  @Test
  void aBackendThatIsAwayLetsNobodyIn() {
    CompletableFuture<Identification> waiting = backend.identify("s-1");
    open.remove().completeExceptionally(new IOException("connection refused"));
    assertThat(code(waiting)).isEqualTo("identity-unavailable");
  }

  @Test
  void aQuestionThatCannotEvenBeAskedLetsNobodyIn() {
    SessionBackend closed =
        SessionBackend.by(
            value -> {
              throw new IllegalStateException("closed");
            },
            SessionOptions.byCookie(URL, "sid"),
            revocations,
            clock);
    for (int i = 0; i < 2 * SessionBackend.MAX_UNDER_WAY; i++) {
      assertThat(refused(closed.identify("s-1")).detail()).doesNotContain("too many");
    }
  }

  @Test
  void requestsOfOneSessionWaitForOneAnswer() {
    CompletableFuture<Identification> one = backend.identify("s-1");
    CompletableFuture<Identification> two = backend.identify("s-1");
    CompletableFuture<Identification> other = backend.identify("s-2");
    assertThat(asked).containsExactly("s-1", "s-2");
    // Who gives up takes nothing away from the others.
    one.cancel(true);
    backend.identify("s-1").cancel(true);
    answer(200, ANN);
    assertThat(known(two).subject()).isEqualTo("ann");
    assertThat(other).isNotDone();
  }

  @Test
  void noMoreThanSoManyQuestionsAreUnderWay() {
    List<CompletableFuture<Identification>> waiting = new ArrayList<>();
    for (int i = 0; i < SessionBackend.MAX_UNDER_WAY; i++) {
      waiting.add(backend.identify("s-" + i));
    }
    assertThat(code(backend.identify("one-more"))).isEqualTo("identity-unavailable");
    assertThat(asked).hasSize(SessionBackend.MAX_UNDER_WAY);
    answer(500, "");
    assertThat(backend.identify("one-more")).isNotDone();
    while (!open.isEmpty()) {
      answer(200, ANN);
    }
    assertThat(waiting).allMatch(CompletableFuture::isDone);
    known(backend.identify("one-more"));
  }

  @Test
  void whatIsRevokedIsAskedForAnewAndTheBackendDecides() {
    known(ask("s-1", 200, ANN));
    revocations.revoke(
        new Revocation.OfSubject("ann", clock.instant(), clock.instant().plusSeconds(60)));
    clock.advance(Duration.ofMillis(1));
    known(ask("s-1", 200, ANN));
    known(backend.identify("s-1"));
    assertThat(asked).hasSize(2);
  }

  @Test
  void aSessionThatWasBegunBeforeItsRevocationStaysRevokedWithoutAskingForEachRequest() {
    String begun = "{\"subject\":\"ann\",\"issued\":" + clock.instant().getEpochSecond() + '}';
    known(ask("s-1", 200, begun));
    revocations.revoke(
        new Revocation.OfSubject("ann", clock.instant(), clock.instant().plusSeconds(60)));
    clock.advance(Duration.ofSeconds(1));
    assertThat(code(ask("s-1", 200, begun))).isEqualTo("token-revoked");
    assertThat(code(backend.identify("s-1"))).isEqualTo("token-revoked");
    assertThat(asked).hasSize(2);
    String anew = "{\"subject\":\"ann\",\"issued\":" + clock.instant().getEpochSecond() + '}';
    known(ask("s-2", 200, anew));
  }

  @Test
  void aRevocationWhileTheBackendIsAskedIsNotMissed() {
    CompletableFuture<Identification> before = backend.identify("s-1");
    revocations.revoke(
        new Revocation.OfSubject("ann", clock.instant(), clock.instant().plusSeconds(60)));
    answer(200, ANN);
    assertThat(code(before)).isEqualTo("token-revoked");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a\r\nx: y", "a\u0000", "a;other=1", "a,b", "a b", "\u00e4", "a\tb"})
  void whatCannotBeACookiesValueIsNotPassedOn(String value) {
    assertThat(code(backend.identify(value))).isEqualTo("session-refused");
    assertThat(asked).isEmpty();
  }

  @Test
  void aValueThatIsTooLongIsNotPassedOn() {
    assertThat(code(backend.identify("x".repeat(4097)))).isEqualTo("session-refused");
    assertThat(backend.identify("x".repeat(4096))).isNotDone();
  }

  @Test
  void aHeaderMayHaveWhatACookieMayNot() {
    SessionBackend byHeader = backend(SessionOptions.byHeader(URL, "Authorization"));
    assertThat(byHeader.identify("Opaque a, b; c")).isNotDone();
    assertThat(code(byHeader.identify("a\r\nx: y"))).isEqualTo("session-refused");
  }

  @Test
  void answersNeedNotBeHeld() {
    SessionBackend fresh = backend(SessionOptions.byCookie(URL, "sid").withCache(Duration.ZERO));
    CompletableFuture<Identification> first = fresh.identify("s-1");
    answer(200, ANN);
    known(first);
    assertThat(fresh.identify("s-1")).isNotDone();
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    SessionOptions good = SessionOptions.byCookie(URL, "sid");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SessionOptions(URL, "a", "b", good.timeout(), good.cache()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SessionOptions(URL, null, null, good.timeout(), good.cache()));
    for (String name : List.of("", "a b", "a\r\n", "a=b", "a;b")) {
      assertThatIllegalArgumentException().isThrownBy(() -> SessionOptions.byCookie(URL, name));
      assertThatIllegalArgumentException().isThrownBy(() -> SessionOptions.byHeader(URL, name));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionOptions.byHeader(URL, "Host"))
        .withMessageContaining("Host");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionOptions.byCookie(URI.create("app.example/session"), "sid"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> good.withTimeout(Duration.ofMillis(99)))
        .withMessageContainingAll("99 ms", "100 ms", "10000 ms");
    assertThatIllegalArgumentException().isThrownBy(() -> good.withTimeout(Duration.ofSeconds(11)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> good.withCache(Duration.ofSeconds(601)))
        .withMessageContainingAll("601", "600");
  }
}
