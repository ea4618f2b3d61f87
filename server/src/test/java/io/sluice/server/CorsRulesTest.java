package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorsRulesTest {

  private static CorsRules rules(boolean credentials, String... origins) {
    return new CorsRules(List.of(origins), credentials, Duration.ofMinutes(10));
  }

  @Test
  void allOriginsWithCredentialsIsRefused() {
    assertThatThrownBy(() -> rules(true, "*")).hasMessageContaining("credentials");
    assertThatThrownBy(() -> rules(false, "*", "https://app.example"))
        .hasMessageContaining("alone");
    assertThat(rules(false, "*").allowsAny()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.example",
        "https://app.example/",
        "https://app.example/path",
        "https://*.example",
        "https://user@app.example",
        "https://app.example:",
        "https://app.example:70000",
        "https://bücher.example",
        "https://a..b",
        "https://",
        "null",
        ""
      })
  void whatIsNoOriginIsRefusedWithItsText(String text) {
    assertThatThrownBy(() -> rules(false, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example, HTTPS://App.Example:443, true",
    "http://app.example:80, http://app.example, true",
    "https://app.example, http://app.example, false",
    "https://app.example, https://app.example:8443, false",
    "https://app.example, https://www.app.example, false",
    "https://app.example:80, http://app.example:443, false",
    "http://[::1]:3000, http://[::1]:3000, true",
    "capacitor://localhost, capacitor://localhost, true",
    "capacitor://localhost, http://localhost, false",
  })
  void originsAreSchemeHostAndPort(String one, String other, boolean same) {
    assertThat(WebOrigin.parse(one)).isNotNull();
    assertThat(WebOrigin.parse(one).equals(WebOrigin.parse(other))).isEqualTo(same);
  }

  @Test
  void originsAreWrittenAsBrowsersWriteThem() {
    assertThat(WebOrigin.parse("HTTPS://App.Example:443")).hasToString("https://app.example");
    assertThat(WebOrigin.parse("http://app.example:8080")).hasToString("http://app.example:8080");
    assertThat(WebOrigin.parse("tauri://localhost")).hasToString("tauri://localhost");
  }

  @Test
  void browsersRememberForADayAtMost() {
    assertThatThrownBy(() -> new CorsRules(List.of(), false, Duration.ofSeconds(-1)))
        .hasMessageContaining("PT-1S");
    assertThatThrownBy(() -> new CorsRules(List.of(), false, Duration.ofHours(25)))
        .hasMessageContaining("PT25H");
  }
}
