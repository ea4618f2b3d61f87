package io.sluice.access;

import static io.sluice.access.TestTokens.claims;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.access.Identification.Refused;
import io.sluice.event.ChannelPattern;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a token says, once its signature is believed. */
class TokenClaimsTest {

  private final TestClock clock = new TestClock();
  private final long now = clock.instant().getEpochSecond();
  private TokenOptions options =
      TokenOptions.of(KeyOptions.NONE.withSecret("a secret of more than thirty-two bytes"));

  private Identity read(Object... changes) {
    return readJson(Claims.JSON.writeValueAsString(claims(clock.instant(), changes)));
  }

  private Identity readJson(String json) {
    return new TokenClaims(options)
        .identity(json.getBytes(StandardCharsets.UTF_8), clock.instant());
  }

  private Refused refused(Object... changes) {
    return catchThrowableOfType(RefusedTokenException.class, () -> read(changes)).refusal();
  }

  private String code(Object... changes) {
    return refused(changes).code();
  }

  @Test
  void anIdentityHasWhatTheTokenSays() {
    Identity ann =
        read(
            "jti", "t-1",
            "roles", List.of("editor", "staff"),
            "scope", "read  write",
            "scp", List.of("more"),
            "tenant", "acme",
            "iss", "https://id.example",
            "sluice", Map.of("subscribe", List.of("a/*"), "publish", List.of("b")));
    assertThat(ann)
        .isEqualTo(
            new Identity(
                Identity.Kind.TOKEN,
                "ann",
                Set.of("editor", "staff"),
                Set.of("read", "write", "more"),
                Map.of("tenant", "acme", "iss", "https://id.example"),
                new Grants(
                    List.of(ChannelPattern.parse("a/*")), List.of(ChannelPattern.parse("b"))),
                clock.instant().plusSeconds(3600).plus(options.clockSkew()),
                "t-1",
                clock.instant(),
                null));
  }

  @Test
  void grantsMayStandUnderNamesWithDots() {
    assertThat(read("sluice.subscribe", List.of("a", "a", "b/**")).grants().subscribe())
        .extracting(ChannelPattern::toString)
        .containsExactly("a", "b/**");
  }

  @Test
  void aPatternInGrantsThatIsNoneIsRefusedByName() {
    Refused refused = refused("sluice.publish", List.of("fine", "a/**/b"));
    assertThat(refused.code()).isEqualTo("token-malformed");
    assertThat(refused.detail()).contains("a/**/b");
    assertThat(code("sluice", Map.of("publish", "a"))).isEqualTo("token-malformed");
    assertThat(code("sluice", Map.of("publish", List.of(1)))).isEqualTo("token-malformed");
    assertThat(code("sluice", Map.of("publish", Map.of("a", "b")))).isEqualTo("token-malformed");
  }

  @Test
  void rolesAreWhereSettingsSay() {
    options = options.withRolesClaim("realm_access.roles");
    assertThat(read("realm_access", Map.of("roles", List.of("x", "y"))).roles())
        .containsExactlyInAnyOrder("x", "y");
    assertThat(read("realm_access", "no object").roles()).isEmpty();
    options = options.withRolesClaim("https://app.example/roles");
    assertThat(read("https://app.example/roles", "x y").roles())
        .containsExactlyInAnyOrder("x", "y");
    assertThat(code("https://app.example/roles", 7)).isEqualTo("token-malformed");
  }

  @Test
  void aTokenIsGoodUntilItsEndAndTheSkewAndNotAMomentLonger() {
    long exp = now - 29;
    assertThat(read("exp", exp).hasExpired(clock.instant())).isFalse();
    clock.advance(Duration.ofMillis(999));
    assertThat(read("exp", exp).expires()).isEqualTo(clock.instant().plusMillis(1));
    clock.advance(Duration.ofMillis(1));
    assertThat(code("exp", exp)).isEqualTo("token-expired");
    options = options.withClockSkew(Duration.ZERO);
    assertThat(code("exp", now)).isEqualTo("token-expired");
  }

  @Test
  void aTokenWithoutAnEndIsRefused() {
    assertThat(refused("exp", null).detail()).contains("exp");
    assertThat(code("exp", null)).isEqualTo("token-malformed");
  }

  @Test
  void aTokenIsNotGoodBeforeItsTime() {
    assertThat(read("nbf", now + 30, "iat", now + 30)).isNotNull();
    assertThat(code("nbf", now + 31)).isEqualTo("token-not-yet-valid");
    assertThat(code("iat", now + 31)).isEqualTo("token-not-yet-valid");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"soon\"",
        "-1",
        "1e400",
        "1e18",
        "99999999999999999999999999",
        "253402300800",
        "[]",
        "true",
        "{}"
      })
  void timesThatAreNoneAreRefused(String time) {
    for (String name : List.of("exp", "nbf", "iat")) {
      // The later of two names would hold for a lax reader.
      String json =
          Claims.JSON
              .writeValueAsString(claims(clock.instant(), name, "HERE"))
              .replace("\"HERE\"", time);
      assertThat(catchThrowableOfType(RefusedTokenException.class, () -> readJson(json)).refusal())
          .as(json)
          .extracting(Refused::code)
          .isEqualTo("token-malformed");
    }
  }

  @Test
  void partsOfSecondsCount() {
    assertThat(read("exp", now + 0.5).expires())
        .isEqualTo(clock.instant().plusMillis(500).plus(options.clockSkew()));
  }

  @Test
  void theIssuerIsTheOneThatSettingsName() {
    options = options.withIssuer("https://id.example");
    assertThat(read("iss", "https://id.example")).isNotNull();
    assertThat(code("iss", "https://id.example/")).isEqualTo("token-issuer");
    assertThat(code("iss", "https://evil.example")).isEqualTo("token-issuer");
    assertThat(code("iss", null)).isEqualTo("token-issuer");
    assertThat(code("iss", List.of("https://id.example"))).isEqualTo("token-malformed");
  }

  @Test
  void theAudienceHasOneOfThoseThatSettingsName() {
    options = options.withAudiences(Set.of("hub", "hub-2"));
    assertThat(read("aud", "hub")).isNotNull();
    assertThat(read("aud", List.of("other", "hub-2"))).isNotNull();
    assertThat(code("aud", "hub hub-2")).isEqualTo("token-audience");
    assertThat(code("aud", List.of())).isEqualTo("token-audience");
    assertThat(code("aud", null)).isEqualTo("token-audience");
  }

  @Test
  void aSubjectMustBeThereAndFit() {
    assertThat(code("sub", null)).isEqualTo("token-malformed");
    assertThat(code("sub", "")).isEqualTo("token-malformed");
    assertThat(code("sub", 42)).isEqualTo("token-malformed");
    assertThat(code("sub", "ann\r\nx")).isEqualTo("token-malformed");
    assertThat(code("sub", "é".repeat(128))).isEqualTo("token-malformed");
    assertThat(read("sub", "é".repeat(127) + "x")).isNotNull();
    assertThat(code("jti", "x".repeat(256))).isEqualTo("token-malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "not json",
        "{\"sub\":\"ann\",\"sub\":\"eve\",\"exp\":4000000000}",
        "{\"sub\":\"ann\",\"exp\":4000000000} {}",
        "{\"sub\":\"ann\",\"exp\":NaN}"
      })
  void whatIsNoGoodJsonIsRefused(String json) {
    assertThat(catchThrowableOfType(RefusedTokenException.class, () -> readJson(json)).refusal())
        .extracting(Refused::code)
        .isEqualTo("token-malformed");
  }

  @Test
  void nestingHasAnEnd() {
    String deep =
        "{\"sub\":\"ann\",\"exp\":4000000000,\"x\":" + "[".repeat(3000) + "]".repeat(3000) + '}';
    assertThat(catchThrowableOfType(RefusedTokenException.class, () -> readJson(deep)).refusal())
        .extracting(Refused::code)
        .isEqualTo("token-malformed");
  }

  @Test
  void claimsAreKeptAsPlainValuesWithoutNulls() {
    Identity ann =
        read(
            "n",
            7,
            "big",
            new BigInteger("99999999999999999999"),
            "half",
            0.5,
            "yes",
            true,
            "list",
            Arrays.asList("a", null, 1),
            "nested",
            Map.of("deep", Map.of("x", "y")));
    assertThat(ann.claims())
        .isEqualTo(
            Map.of(
                "n",
                7L,
                "big",
                new BigInteger("99999999999999999999"),
                "half",
                0.5,
                "yes",
                true,
                "list",
                List.of("a", 1L),
                "nested",
                Map.of("deep", Map.of("x", "y"))));
  }
}
