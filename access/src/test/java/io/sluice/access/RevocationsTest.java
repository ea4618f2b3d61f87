package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.access.Revocation.OfSubject;
import io.sluice.access.Revocation.OfToken;
import io.sluice.access.Revocations.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RevocationsTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final TestClock clock = new TestClock();
  private final Instant now = clock.instant();
  private final MemoryRevocations revocations = new MemoryRevocations(clock, 3);

  private static Identity identity(
      Identity.Kind kind, String subject, @Nullable String tokenId, @Nullable Instant issued) {
    return new Identity(
        kind, subject, Set.of(), Set.of(), Map.of(), Grants.NONE, null, tokenId, issued, null);
  }

  private static Identity token(String subject, @Nullable String id, @Nullable Instant issued) {
    return identity(Identity.Kind.TOKEN, subject, id, issued);
  }

  private Outcome revoke(Revocation revocation) {
    return revocations.revoke(revocation).join();
  }

  @Test
  void aTokenIsRevokedByItsIdUntilItWouldHaveExpired() {
    revoke(new OfToken("t-1", now.plus(HOUR)));
    assertThat(revocations.isRevoked(token("ann", "t-1", now))).isTrue();
    assertThat(revocations.isRevoked(token("ann", "t-2", now))).isFalse();
    assertThat(revocations.isRevoked(token("t-1", null, now))).isFalse();
    assertThat(revocations.isRevoked(Identity.ANONYMOUS)).isFalse();
    clock.advance(HOUR);
    assertThat(revocations.isRevoked(token("ann", "t-1", now))).isFalse();
  }

  @Test
  void ofASubjectWhatWasMadeBeforeIsRevoked() {
    revoke(new OfSubject("ann", now, now.plus(HOUR)));
    assertThat(revocations.isRevoked(token("ann", "t", now.minusSeconds(60)))).isTrue();
    assertThat(revocations.isRevoked(token("ann", "t", now))).isTrue();
    assertThat(revocations.isRevoked(token("ann", "t", now.plusMillis(1)))).isFalse();
    assertThat(revocations.isRevoked(token("ann", "t", null))).isTrue();
    assertThat(revocations.isRevoked(token("bob", "ann", now))).isFalse();
    assertThat(revocations.isRevoked(identity(Identity.Kind.SESSION, "ann", null, now))).isTrue();
    assertThat(revocations.isRevoked(identity(Identity.Kind.KEY, "ann", "slk_x", null))).isFalse();
  }

  @Test
  void aLaterRevocationNeverLetsInWhatAnEarlierOneRefused() {
    revoke(new OfSubject("ann", now, now.plus(HOUR)));
    revoke(new OfSubject("ann", now.minusSeconds(60), now.plusSeconds(1)));
    revoke(new OfToken("t-1", now.plus(HOUR)));
    revoke(new OfToken("t-1", now.plusSeconds(1)));
    clock.advance(Duration.ofSeconds(2));
    assertThat(revocations.isRevoked(token("ann", null, now))).isTrue();
    assertThat(revocations.isRevoked(token("bob", "t-1", now))).isTrue();
    assertThat(revocations.size()).isEqualTo(2);
  }

  @Test
  void aFullListSaysSoAndLosesNothing() {
    revoke(new OfToken("t-1", now.plusSeconds(1)));
    revoke(new OfToken("t-2", now.plus(HOUR)));
    revoke(new OfSubject("ann", now, now.plus(HOUR)));
    List<Revocation> heard = new ArrayList<>();
    revocations.onRevoked(heard::add);
    assertThat(revoke(new OfToken("t-3", now.plus(HOUR)))).isEqualTo(Outcome.FULL);
    assertThat(heard).isEmpty();
    assertThat(revocations.isRevoked(token("bob", "t-3", now))).isFalse();
    assertThat(revocations.isRevoked(token("bob", "t-1", now))).isTrue();
    // One that is known may be made longer all the same.
    assertThat(revoke(new OfToken("t-2", now.plus(HOUR.multipliedBy(2)))))
        .isEqualTo(Outcome.REVOKED);
    clock.advance(Duration.ofSeconds(1));
    assertThat(revoke(new OfToken("t-3", now.plus(HOUR)))).isEqualTo(Outcome.REVOKED);
    assertThat(revocations.size()).isEqualTo(3);
  }

  @Test
  void whoListensHearsOfItWhenItHoldsWhateverOthersDo() {
    List<Boolean> held = new ArrayList<>();
    revocations.onRevoked(
        revocation -> {
          throw new IllegalStateException("a listener's bug");
        });
    revocations.onRevoked(revocation -> held.add(revocations.isRevoked(token("ann", "t-1", now))));
    assertThat(revoke(new OfToken("t-1", now.plus(HOUR)))).isEqualTo(Outcome.REVOKED);
    assertThat(held).containsExactly(true);
  }

  @Test
  void whatHasRunOutIsForgotten() {
    MemoryRevocations many = new MemoryRevocations(clock);
    for (int i = 0; i < 2500; i++) {
      many.revoke(new OfToken("t-" + i, now.plusSeconds(1)));
      many.revoke(new OfSubject("s-" + i, now, now.plusSeconds(1)));
    }
    assertThat(many.size()).isEqualTo(5000);
    clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 5; i++) {
      many.revoke(new OfToken("new", now.plus(HOUR)));
    }
    assertThat(many.size()).isEqualTo(1);
    assertThat(many.isRevoked(token("s", "new", now))).isTrue();
  }
}
