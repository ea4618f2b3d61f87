package io.sluice.access;

import static io.sluice.access.Answers.code;
import static io.sluice.access.Answers.known;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.access.Tokens.Contents;
import io.sluice.event.ChannelPattern;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokensTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final TestClock clock = new TestClock();
  private final TokenOptions options =
      TokenOptions.of(KeyOptions.NONE.withSecret("0123456789abcdef0123456789abcdef"));

  @Test
  void aHubWithTheSameSettingsBelievesIt() {
    TokenOptions strict =
        options
            .withIssuer("https://id.example")
            .withAudiences(Set.of("hub", "other"))
            .withRolesClaim("realm_access.roles");
    Grants grants =
        new Grants(List.of(ChannelPattern.parse("a/*")), List.of(ChannelPattern.parse("b")));
    Contents contents =
        Contents.of("ann", HOUR)
            .withRoles(Set.of("editor"))
            .withScopes(Set.of("read", "write"))
            .withGrants(grants)
            .withClaims(Map.of("tenant", "acme"));
    String token = Tokens.sign(strict, contents, clock.instant());
    try (TokenVerifier verifier = TokenVerifier.open(strict, clock)) {
      Identity ann = known(verifier.verify(token));
      assertThat(ann.subject()).isEqualTo("ann");
      assertThat(ann.roles()).containsExactly("editor");
      assertThat(ann.scopes()).containsExactlyInAnyOrder("read", "write");
      assertThat(ann.grants()).isEqualTo(grants);
      assertThat(ann.claims()).containsEntry("tenant", "acme");
      assertThat(ann.issued()).isEqualTo(clock.instant());
      assertThat(ann.expires()).isEqualTo(clock.instant().plus(HOUR).plus(strict.clockSkew()));
      assertThat(ann.tokenId()).isNotNull();
    }
    try (TokenVerifier other =
        TokenVerifier.open(
            TokenOptions.of(KeyOptions.NONE.withSecret("another secret of the same length!")),
            clock)) {
      assertThat(code(other.verify(token))).isEqualTo("token-signature");
    }
  }

  @Test
  void twoTokensCanBeRevokedOneByOne() {
    Contents contents = Contents.of("ann", HOUR);
    try (TokenVerifier verifier = TokenVerifier.open(options, clock)) {
      assertThat(known(verifier.verify(Tokens.sign(options, contents, clock.instant()))).tokenId())
          .isNotEqualTo(
              known(verifier.verify(Tokens.sign(options, contents, clock.instant()))).tokenId());
    }
  }

  @Test
  void withoutASecretThereIsNothingToSignWith() {
    TokenOptions remote =
        TokenOptions.of(KeyOptions.NONE.withJwks(URI.create("https://id.example/keys")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokens.sign(remote, Contents.of("ann", HOUR), clock.instant()))
        .withMessageContaining("secret");
  }

  @Test
  void contentsThatNoHubWouldBelieveAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Contents.of("", HOUR));
    assertThatIllegalArgumentException().isThrownBy(() -> Contents.of("a\nb", HOUR));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contents.of("ann", Duration.ZERO))
        .withMessageContaining("0 s");
    assertThatIllegalArgumentException().isThrownBy(() -> Contents.of("ann", Duration.ofDays(367)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contents.of("ann", HOUR).withClaims(Map.of("exp", 1)))
        .withMessageContaining("exp");
  }
}
