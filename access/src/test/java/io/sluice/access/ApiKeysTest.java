package io.sluice.access;

import static io.sluice.access.Answers.known;
import static io.sluice.access.Answers.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.event.ChannelPattern;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {

  private final TestClock clock = new TestClock();
  private final ApiKeys.Generated first = ApiKeys.generate();
  private final ApiKeys.Generated second = ApiKeys.generate();

  private static ApiKeyOptions options(String name, ApiKeys.Generated key) {
    return ApiKeyOptions.of(name, key.id(), key.hash());
  }

  @Test
  void aKeyIsWhomItsSettingsSay() {
    Grants grants =
        new Grants(List.of(ChannelPattern.ALL), List.of(ChannelPattern.parse("stocks/*")));
    ApiKeyOptions feed =
        new ApiKeyOptions("feed", first.id(), first.hash(), grants, Set.of("service"), true, null);
    Identity identity = known(new ApiKeys(List.of(feed), clock).identify(first.text()));
    assertThat(identity.kind()).isEqualTo(Identity.Kind.KEY);
    assertThat(identity.subject()).isEqualTo("feed");
    assertThat(identity.grants()).isEqualTo(grants);
    assertThat(identity.roles()).containsExactlyInAnyOrder("service", "tickets");
    assertThat(identity.mayVouch()).isTrue();
    assertThat(identity.tokenId()).isEqualTo("slk_" + first.id());
  }

  @Test
  void severalKeysOfOneNameAreGoodAtATime() {
    ApiKeys keys = new ApiKeys(List.of(options("feed", first), options("feed", second)), clock);
    assertThat(known(keys.identify(first.text())).subject()).isEqualTo("feed");
    assertThat(known(keys.identify(second.text())).subject()).isEqualTo("feed");
  }

  @Test
  void aKeyWithTheIdOfOneAndTheSecretOfAnotherIsUnknown() {
    ApiKeys keys = new ApiKeys(List.of(options("feed", first), options("ops", second)), clock);
    String mixed = "slk_" + first.id() + second.text().substring(12);
    assertThat(refused(keys.identify(mixed)).code()).isEqualTo("key-unknown");
    assertThat(refused(keys.identify(ApiKeys.generate().text())))
        .isEqualTo(refused(keys.identify(mixed)));
  }

  @Test
  void aKeyOfWhichOneCharacterDiffersIsUnknown() {
    ApiKeys keys = new ApiKeys(List.of(options("feed", first)), clock);
    for (int i = 0; i < first.text().length(); i++) {
      StringBuilder changed = new StringBuilder(first.text());
      changed.setCharAt(i, changed.charAt(i) == 'a' ? 'b' : 'a');
      assertThat(refused(keys.identify(changed.toString())).code()).isEqualTo("key-unknown");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "slk_", "slk_aaaaaaaa_", "slk_AAAAAAAA_", "slk_aaaaaaaa", "x"})
  void whatIsNoKeyIsUnknown(String text) {
    ApiKeys keys = new ApiKeys(List.of(options("feed", first)), clock);
    assertThat(refused(keys.identify(text)).code()).isEqualTo("key-unknown");
    String tooLong = text + "x".repeat(100_000);
    assertThat(refused(keys.identify(tooLong)).code()).isEqualTo("key-unknown");
  }

  @Test
  void aHashIsNoKey() {
    ApiKeys keys = new ApiKeys(List.of(options("feed", first)), clock);
    assertThat(refused(keys.identify(first.hash())).code()).isEqualTo("key-unknown");
    String asSecret = "slk_" + first.id() + '_' + first.hash().substring(7, 50);
    assertThat(refused(keys.identify(asSecret)).code()).isEqualTo("key-unknown");
  }

  @Test
  void aKeyIsGoodUntilItExpires() {
    ApiKeyOptions old =
        new ApiKeyOptions(
            "feed",
            first.id(),
            first.hash(),
            Grants.NONE,
            Set.of(),
            false,
            clock.instant().plusSeconds(60));
    ApiKeys keys = new ApiKeys(List.of(old), clock);
    clock.advance(Duration.ofMillis(59_999));
    assertThat(known(keys.identify(first.text())).expires()).isEqualTo(old.expires());
    clock.advance(Duration.ofMillis(1));
    assertThat(refused(keys.identify(first.text())).detail()).contains("feed", "expired");
    // Who hasn't the secret isn't told that there was such a key.
    String guessed = first.text().substring(0, 13) + "A".repeat(43);
    assertThat(refused(keys.identify(guessed)).detail()).doesNotContain("feed", "expired");
  }

  @Test
  void keysThatAreMadeHaveTheirFormAndDiffer() {
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      ApiKeys.Generated key = ApiKeys.generate();
      assertThat(key.text()).matches("slk_[a-z2-7]{8}_[A-Za-z0-9_-]{43}");
      assertThat(key.hash()).matches("sha256:[0-9a-f]{64}");
      assertThat(key.toString()).doesNotContain(key.text(), key.hash());
      texts.add(key.text());
    }
    assertThat(texts).hasSize(200);
  }

  @Test
  void theHashIsThatOfTheWholeText() {
    // printf %s slk_aaaaaaaa_AAA… | sha256sum
    String text = "slk_aaaaaaaa_" + "A".repeat(43);
    ApiKeyOptions known =
        ApiKeyOptions.of(
            "feed",
            "aaaaaaaa",
            "sha256:cf8cb15c8e601bd037842b8921f78c95" + "bd3c45a552061d4e8efe245cd3498da5");
    known(new ApiKeys(List.of(known), clock).identify(text));
  }

  @Test
  void settingsThatMakeNoSenseAreRefusedWithoutTheHash() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiKeyOptions.of("feed", "SHOUTING", first.hash()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiKeyOptions.of("feed", "short", first.hash()))
        .withMessageContainingAll("8", "5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiKeyOptions.of("", first.id(), first.hash()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiKeyOptions.of("feed", first.id(), first.text()))
        .withMessageContainingAll(first.id(), "64")
        .satisfies(refusal -> assertThat(refusal).hasMessageNotContaining(first.text()));
    ApiKeyOptions twin = ApiKeyOptions.of("other", first.id(), second.hash());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ApiKeys(List.of(options("feed", first), twin), clock))
        .withMessageContaining(first.id());
  }
}
