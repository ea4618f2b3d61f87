package io.sluice.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicationTest {

  private static final byte[] DATA = {};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connected",
        "gap",
        "heartbeat",
        "subscription",
        "batch",
        "expired",
        "rejected",
        "open",
        "error"
      })
  void theHubsOwnTypesAreRefused(String type) {
    assertRefused("reserved-type", type, null, DATA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "a\rb", "a\u0000b", "\u0085", "\ud800", "\udc00a"})
  void typesAndKeysHaveNoControlCharactersAndAreText(String name) {
    assertRefused("invalid-type", name, null, DATA);
    assertRefused("invalid-key", null, name, DATA);
  }

  @Test
  void typesAndKeysHaveAHundredBytesOfUtf8() {
    assertThatCode(() -> new Publication("a", "\u00e4".repeat(50), "\ud83d\ude00".repeat(25), DATA))
        .doesNotThrowAnyException();
    assertRefused("invalid-type", "\u00e4".repeat(50) + "a", null, DATA);
    assertRefused("invalid-key", null, "\ud83d\ude00".repeat(25) + "a", DATA);
  }

  @Test
  void messageIsTheSameAsNoType() {
    assertThat(new Publication("a", "message", null, DATA).type()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"ff", "c0af", "e282", "eda080", "f4908080", "80"})
  void dataIsWellFormedUtf8(String hex) {
    assertRefused("invalid-data", null, null, java.util.HexFormat.of().parseHex("61" + hex));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n\r", "\u2028", "\u0000", "\ufeff", "\ud83d\ude00"})
  void dataMayBeAnythingElse(String data) {
    assertThat(new Publication("a", null, null, data.getBytes(UTF_8)).data())
        .isEqualTo(data.getBytes(UTF_8));
  }

  private static void assertRefused(String code, String type, String key, byte[] data) {
    assertThatThrownBy(() -> new Publication("a", type, key, data))
        .isInstanceOfSatisfying(
            InvalidEventException.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }
}
