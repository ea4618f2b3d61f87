package io.sluice.access;

import static io.sluice.access.Answers.code;
import static io.sluice.access.Answers.known;
import static io.sluice.access.Answers.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.access.Credential.Source;
import io.sluice.access.Identities.Sources;
import io.sluice.access.TicketStore.Entry;
import io.sluice.event.ChannelPattern;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdentitiesTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final TestClock clock = new TestClock();
  private final Revocations revocations = new MemoryRevocations(clock);
  private final TokenOptions options =
      TokenOptions.of(KeyOptions.NONE.withSecret("0123456789abcdef0123456789abcdef"))
          .withClockSkew(Duration.ZERO);
  private final TokenVerifier tokens = TokenVerifier.open(options, clock);
  private final Tickets tickets = new Tickets(new MemoryTicketStore(clock), clock);
  private final ApiKeys.Generated key = ApiKeys.generate();
  private final ApiKeys keys =
      new ApiKeys(List.of(ApiKeyOptions.of("feed", key.id(), key.hash())), clock);
  private final Identities identities =
      new Identities(Sources.NONE.with(tokens).with(tickets).with(keys), revocations, clock);

  @AfterEach
  void close() {
    identities.close();
  }

  private String token(String subject) {
    return Tokens.sign(options, Tokens.Contents.of(subject, HOUR), clock.instant());
  }

  private CompletableFuture<Identification> identify(String token) {
    return identities.identify(new Credential.Token(token, Source.HEADER));
  }

  @Test
  void whoShowsNothingIsAnonymous() {
    assertThat(known(identities.identify(new Credential.None()))).isSameAs(Identity.ANONYMOUS);
  }

  @Test
  void eachCredentialIsAskedOfItsSource() {
    assertThat(known(identify(token("ann"))).subject()).isEqualTo("ann");
    assertThat(known(identities.identify(Credential.bearer(key.text()))).subject())
        .isEqualTo("feed");
    assertThat(known(identities.identify(Credential.bearer(token("bob")))).subject())
        .isEqualTo("bob");
    Ticket ticket =
        tickets.issue(known(identify(token("cat"))), List.of(), HOUR.dividedBy(60)).join();
    assertThat(known(identities.identify(new Credential.Ticket(ticket.text()))).subject())
        .isEqualTo("cat");
  }

  @Test
  void aBadCredentialNeverMakesAnybodyAnonymous() {
    assertThat(code(identify(""))).isEqualTo("token-malformed");
    assertThat(code(identities.identify(new Credential.ApiKey("")))).isEqualTo("key-unknown");
    assertThat(code(identities.identify(new Credential.Ticket("")))).isEqualTo("ticket-invalid");
    assertThat(code(identities.identify(new Credential.Session("")))).isEqualTo("session-refused");
  }

  @Test
  void whatIsNotInTheSettingsIsRefused() {
    try (Identities nothing = new Identities(Sources.NONE, revocations, clock)) {
      assertThat(code(nothing.identify(new Credential.Token(token("ann"), Source.COOKIE))))
          .isEqualTo("token-signature");
      assertThat(code(nothing.identify(new Credential.ApiKey(key.text()))))
          .isEqualTo("key-unknown");
      assertThat(code(nothing.identify(new Credential.Ticket("slt_")))).isEqualTo("ticket-invalid");
      assertThat(code(nothing.identify(new Credential.Session("x")))).isEqualTo("session-refused");
    }
  }

  @Test
  void aTokenThatWasSeenBeforeIsRefusedFromItsRevocationOn() {
    String token = token("ann");
    Identity ann = known(identify(token));
    revocations.revoke(new Revocation.OfToken(ann.tokenId(), ann.expires())).join();
    assertThat(code(identify(token))).isEqualTo("token-revoked");
    assertThat(known(identify(token("ann")))).isNotNull();
  }

  @Test
  void aSubjectThatWasRevokedGetsInWithANewLogin() {
    String before = token("ann");
    known(identify(before));
    clock.advance(Duration.ofMillis(300));
    revocations
        .revoke(new Revocation.OfSubject("ann", clock.instant(), clock.instant().plus(HOUR)))
        .join();
    assertThat(code(identify(before))).isEqualTo("token-revoked");
    clock.advance(Duration.ofMillis(300));
    // iat counts whole seconds: this one can't be told from one that was made before.
    assertThat(code(identify(token("ann")))).isEqualTo("token-revoked");
    clock.advance(Duration.ofMillis(400));
    assertThat(known(identify(token("ann"))).subject()).isEqualTo("ann");
    assertThat(known(identify(token("bob"))).subject()).isEqualTo("bob");
  }

  @Test
  void aTicketIsTakenBackWithTheTokenItWasGivenFor() {
    Identity ann = known(identify(token("ann")));
    Ticket ticket =
        tickets.issue(ann, List.of(ChannelPattern.parse("news/*")), Tickets.DEFAULT_TTL).join();
    revocations.revoke(new Revocation.OfToken(ann.tokenId(), ann.expires())).join();
    assertThat(code(identities.identify(new Credential.Ticket(ticket.text()))))
        .isEqualTo("token-revoked");
  }

  @Test
  void anApiKeyCanBeRevokedWhileTheHubRuns() {
    Identity feed = known(identities.identify(Credential.bearer(key.text())));
    revocations.revoke(
        new Revocation.OfSubject("feed", clock.instant(), clock.instant().plus(HOUR)));
    assertThat(known(identities.identify(Credential.bearer(key.text())))).isEqualTo(feed);
    revocations.revoke(new Revocation.OfToken("slk_" + key.id(), clock.instant().plus(HOUR)));
    assertThat(code(identities.identify(Credential.bearer(key.text())))).isEqualTo("token-revoked");
  }

  @Test
  void aTokenThatIsRememberedExpiresWithItsExp() {
    String token = token("ann");
    known(identify(token));
    clock.advance(HOUR.minusSeconds(1));
    known(identify(token));
    clock.advance(Duration.ofSeconds(1));
    assertThat(code(identify(token))).isEqualTo("token-expired");
  }

  @Test
  void aSourceThatFailsLetsNobodyIn() {
    TicketStore broken =
        new TicketStore() {
          @Override
          public CompletableFuture<@Nullable Void> put(String hash, Entry entry) {
            return CompletableFuture.failedFuture(new IllegalStateException("gone"));
          }

          @Override
          public CompletableFuture<@Nullable Entry> take(String hash) {
            throw new IllegalStateException("gone");
          }
        };
    Tickets failing = new Tickets(broken, clock);
    try (Identities over = new Identities(Sources.NONE.with(failing), revocations, clock)) {
      Identification.Refused refused =
          refused(over.identify(new Credential.Ticket("slt_" + "a".repeat(32))));
      assertThat(refused.code()).isEqualTo("identity-unavailable");
      assertThat(refused.retryAfter()).isPositive();
    }
  }

  @Test
  void noneOfThemShowsASecret() {
    String token = token("ann");
    assertThat(
            List.of(
                    new Credential.Token(token, Source.QUERY),
                    new Credential.ApiKey(token),
                    new Credential.Ticket(token),
                    new Credential.Session(token),
                    new Ticket(token, clock.instant()),
                    key,
                    options,
                    ApiKeyOptions.of("feed", key.id(), key.hash()))
                .toString())
        .doesNotContain(token, key.text(), key.hash(), "0123456789abcdef");
  }

  @Test
  void aBackendMayVouchForOthersWithAKeyThatIsForIt() {
    Identity plain = known(keys.identify(key.text()));
    Vouched guest = new Vouched("guest-7", Set.of("reader"), Map.of(), null);
    assertThat(plain.mayVouch()).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> guest.by(plain, clock.instant()));
  }
}
