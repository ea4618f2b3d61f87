package io.sluice.access;

import static io.sluice.access.Answers.code;
import static io.sluice.access.Answers.known;
import static io.sluice.access.Answers.refused;
import static io.sluice.access.TestTokens.claims;
import static io.sluice.access.TestTokens.jwks;
import static io.sluice.access.TestTokens.sign;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.sluice.access.BoundedFetch.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When an issuer is asked for its keys, and what holds while it can't be. */
class RemoteKeysTest {

  private static final Duration DAYS = Duration.ofDays(30);

  private final TestClock clock = new TestClock();

  // Fetches that were begun and not answered yet, oldest first.
  private final Deque<CompletableFuture<Reply>> open = new ArrayDeque<>();
  private int fetches;

  private final TokenVerifier verifier = verifier(KeySet.EMPTY);

  private TokenVerifier verifier(KeySet fixed) {
    RemoteKeys remote =
        RemoteKeys.by(
            () -> {
              fetches++;
              open.add(new CompletableFuture<>());
              return open.getLast();
            },
            clock);
    TokenOptions options =
        TokenOptions.of(KeyOptions.NONE.withSecret("isn't used: the keys are given beside it"));
    return new TokenVerifier(options, fixed, remote, clock);
  }

  private void answer(JWK... keys) {
    open.remove().complete(new Reply(200, jwks(keys)));
  }

  private void fail() {
    open.remove().completeExceptionally(new IOException("connection refused"));
  }

  private String token(JWK key) {
    JWSAlgorithm algorithm = key.equals(TestTokens.EC) ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256;
    return sign(
        algorithm,
        key,
        claims(clock.instant(), "exp", clock.instant().plus(DAYS).getEpochSecond()));
  }

  @Test
  void theFirstTokensWaitForTheKeysTogether() {
    CompletableFuture<Identification> one = verifier.verify(token(TestTokens.RSA));
    CompletableFuture<Identification> two = verifier.verify(token(TestTokens.EC));
    assertThat(one).isNotDone();
    assertThat(two).isNotDone();
    assertThat(fetches).isEqualTo(1);
    answer(TestTokens.RSA, TestTokens.EC);
    assertThat(known(one).subject()).isEqualTo("ann");
    assertThat(known(two).subject()).isEqualTo("ann");
  }

  @Test
  void keysThatAreThereAnswerAtOnce() {
    verifier.verify(token(TestTokens.RSA));
    answer(TestTokens.RSA);
    known(verifier.verify(token(TestTokens.RSA)));
    assertThat(fetches).isEqualTo(1);
  }

  @Test
  void anUnknownNameHasTheKeysFetchedAndWaits() {
    verifier.verify(token(TestTokens.RSA));
    answer(TestTokens.RSA);
    clock.advance(RemoteKeys.PAUSE);
    CompletableFuture<Identification> rotated = verifier.verify(token(TestTokens.OTHER_RSA));
    assertThat(rotated).isNotDone();
    // Others don't wait for it.
    known(verifier.verify(token(TestTokens.RSA)));
    answer(TestTokens.RSA, TestTokens.OTHER_RSA);
    known(rotated);
  }

  @Test
  void madeUpNamesDoNotMakeTheHubAskTheIssuerMoreOftenThanEveryFewSeconds() {
    verifier.verify(token(TestTokens.RSA));
    answer(TestTokens.RSA);
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 20; i++) {
        JWSHeader madeUp =
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k" + second + '-' + i).build();
        CompletableFuture<Identification> answer =
            verifier.verify(
                TestTokens.raw(madeUp.toString(), claims(clock.instant()), "c2lnbmF0dXJl"));
        if (!open.isEmpty()) {
          answer(TestTokens.RSA);
        }
        assertThat(code(answer)).isEqualTo("token-signature");
      }
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(fetches).isBetween(12, 13);
  }

  @Test
  void algorithmsThatNoPublicKeyIsForDoNotMakeTheHubAsk() {
    OctetSequenceKey secret = TestTokens.secret(32);
    assertThat(code(verifier.verify(sign(JWSAlgorithm.HS256, secret, claims(clock.instant())))))
        .isEqualTo("token-algorithm");
    assertThat(
            code(
                verifier.verify(
                    TestTokens.raw(
                        "{\"alg\":\"XY1\",\"kid\":\"a\"}", claims(clock.instant()), "c2ln"))))
        .isEqualTo("token-algorithm");
    assertThat(fetches).isZero();
  }

  @Test
  void keysAreFetchedAnewBeforeTheyAreTooOldAndNobodyWaits() {
    verifier.verify(token(TestTokens.RSA));
    answer(TestTokens.RSA);
    clock.advance(RemoteKeys.REFRESH_AFTER.minusMillis(1));
    known(verifier.verify(token(TestTokens.RSA)));
    assertThat(fetches).isEqualTo(1);
    clock.advance(Duration.ofMillis(1));
    known(verifier.verify(token(TestTokens.RSA)));
    known(verifier.verify(token(TestTokens.RSA)));
    assertThat(fetches).isEqualTo(2);
    answer(TestTokens.OTHER_RSA);
    assertThat(code(verifier.verify(token(TestTokens.RSA)))).isEqualTo("token-signature");
  }

  @Test
  void keysThatAreTooOldAreNotBelievedBeforeTheIssuerWasAsked() {
    String token = token(TestTokens.RSA);
    verifier.verify(token);
    answer(TestTokens.RSA);
    known(verifier.verify(token));
    clock.advance(RemoteKeys.FRESH);
    // Not even for a token that was believed before.
    CompletableFuture<Identification> again = verifier.verify(token);
    assertThat(again).isNotDone();
    answer(TestTokens.OTHER_RSA);
    assertThat(code(again)).isEqualTo("token-signature");
  }

  @Test
  void whatIsRememberedIsRefusedAsSoonAsItsKeyIsGone() {
    String token = token(TestTokens.RSA);
    verifier.verify(token);
    answer(TestTokens.RSA, TestTokens.EC);
    known(verifier.verify(token));
    clock.advance(RemoteKeys.PAUSE);
    CompletableFuture<Identification> other = verifier.verify(token(TestTokens.OTHER_RSA));
    answer(TestTokens.OTHER_RSA, TestTokens.EC);
    known(other);
    assertThat(code(verifier.verify(token))).isEqualTo("token-signature");
  }

  @Test
  void anOutageOfTheIssuerIsSurvivedForADay() {
    verifier.verify(token(TestTokens.RSA));
    answer(TestTokens.RSA);
    clock.advance(Duration.ofHours(1));
    CompletableFuture<Identification> first = verifier.verify(token(TestTokens.RSA));
    fail();
    known(first);
    for (int minute = 61; minute < 24 * 60; minute += 7) {
      clock.advance(Duration.ofMinutes(7));
      // Nobody waits, however long the issuer takes to fail.
      known(verifier.verify(token(TestTokens.RSA)));
      assertThat(open).hasSize(1);
      fail();
    }
    clock.advance(Duration.ofMinutes(7));
    CompletableFuture<Identification> tooLate = verifier.verify(token(TestTokens.RSA));
    fail();
    assertThat(refused(tooLate).code()).isEqualTo("identity-unavailable");
    assertThat(refused(tooLate).retryAfter()).isEqualTo(RemoteKeys.PAUSE);
    clock.advance(RemoteKeys.PAUSE);
    CompletableFuture<Identification> back = verifier.verify(token(TestTokens.RSA));
    answer(TestTokens.RSA);
    known(back);
  }

  @Test
  void withoutAnyKeysNobodyIsToldThatATokenIsBad() {
    CompletableFuture<Identification> first = verifier.verify(token(TestTokens.RSA));
    fail();
    assertThat(code(first)).isEqualTo("identity-unavailable");
    // Within the pause the answer is there at once.
    assertThat(code(verifier.verify(token(TestTokens.RSA)))).isEqualTo("identity-unavailable");
    assertThat(fetches).isEqualTo(1);
  }

  @Test
  void aNameThatIsUnknownWhileTheIssuerIsAwayMayBeANewOne() {
    verifier.verify(token(TestTokens.RSA));
    answer(TestTokens.RSA);
    clock.advance(RemoteKeys.PAUSE);
    CompletableFuture<Identification> unknown = verifier.verify(token(TestTokens.OTHER_RSA));
    fail();
    assertThat(code(unknown)).isEqualTo("identity-unavailable");
    // One that is known and didn't sign is bad whatever the issuer would say.
    JWSHeader swapped = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-1").build();
    assertThat(code(verifier.verify(sign(swapped, TestTokens.OTHER_RSA, claims(clock.instant())))))
        .isEqualTo("token-signature");
  }

  @Test
  void keysOfSettingsNeedNoIssuer() {
    TokenVerifier both = verifier(new KeySet(List.of(TokenKey.of(TestTokens.RSA))));
    CompletableFuture<Identification> remote = both.verify(token(TestTokens.OTHER_RSA));
    known(both.verify(token(TestTokens.RSA)));
    answer(TestTokens.OTHER_RSA);
    known(remote);
    known(both.verify(token(TestTokens.RSA)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":[]}",
        "{\"keys\":[1]}",
        "{\"keys\":[{\"kty\":\"RSA\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}]}"
      })
  void anAnswerWithoutKeysIsNoAnswer(String body) {
    verifier.verify(token(TestTokens.RSA));
    answer(TestTokens.RSA);
    clock.advance(RemoteKeys.FRESH);
    CompletableFuture<Identification> during = verifier.verify(token(TestTokens.RSA));
    open.remove().complete(new Reply(200, body.getBytes(StandardCharsets.UTF_8)));
    known(during);
  }

  @Test
  void anErrorIsNoAnswerWhateverItsBodySays() {
    CompletableFuture<Identification> during = verifier.verify(token(TestTokens.RSA));
    open.remove().complete(new Reply(500, jwks(TestTokens.RSA)));
    assertThat(code(during)).isEqualTo("identity-unavailable");
  }

  @Test
  void aSecretThatIsPublishedIsNoKey() {
    OctetSequenceKey secret = new OctetSequenceKey.Builder(new byte[32]).keyID("oct").build();
    CompletableFuture<Identification> first = verifier.verify(token(TestTokens.RSA));
    open.remove()
        .complete(
            new Reply(
                200,
                new JWKSet(List.of(secret, TestTokens.RSA.toPublicJWK()))
                    .toString(false)
                    .getBytes(StandardCharsets.UTF_8)));
    known(first);
    assertThat(code(verifier.verify(sign(JWSAlgorithm.HS256, secret, claims(clock.instant())))))
        .isEqualTo("token-algorithm");
  }

  @Test
  void aFetchThatCannotEvenBeginIsAFailure() {
    RemoteKeys broken =
        RemoteKeys.by(
            () -> {
              throw new IllegalStateException("closed");
            },
            clock);
    assertThat(broken.refresh()).isDone();
    assertThat(broken.failing()).isTrue();
  }

  @Test
  void aClockThatGoesBackDoesNotStopFetching() {
    verifier.verify(token(TestTokens.RSA));
    answer(TestTokens.RSA);
    clock.advance(Duration.ofHours(-1));
    known(verifier.verify(token(TestTokens.RSA)));
    assertThat(fetches).isEqualTo(2);
  }

  @Test
  void manyThreadsBeginOneFetch() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    RemoteKeys keys =
        RemoteKeys.by(
            () -> {
              begun.incrementAndGet();
              return reply;
            },
            clock);
    int threads = 16;
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<CompletableFuture<Void>>> waiting = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        waiting.add(
            pool.submit(
                () -> {
                  start.await();
                  return keys.refresh();
                }));
      }
      start.countDown();
      for (Future<CompletableFuture<Void>> one : waiting) {
        assertThat(one.get()).isNotNull().isNotDone();
      }
      reply.complete(new Reply(200, jwks(TestTokens.RSA)));
      for (Future<CompletableFuture<Void>> one : waiting) {
        assertThat(one.get()).isDone();
      }
    }
    assertThat(begun).hasValue(1);
    assertThat(keys.usable()).isNotNull();
  }
}
