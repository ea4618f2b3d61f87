package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubUrlTest {

  @Test
  void requestsAreMadeBelowThePathOfAProxy() {
    Query query = new Query().with("channel", "a/*").with("since", null).with("last", 3);
    assertThat(HubUrl.parse("https://events.example/hub/").at("/events", query))
        .hasToString("https://events.example/hub/events?channel=a%2F*&last=3");
  }

  @Test
  void valuesCannotBreakOutOfTheQuery() {
    Query query = new Query().with("type", "a&b=c d#é+");
    assertThat(HubUrl.parse("http://[::1]:8080").at("/events", query))
        .hasToString("http://[::1]:8080/events?type=a%26b%3Dc+d%23%C3%A9%2B");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:8080",
        "ftp://localhost",
        "http://",
        "http:///events",
        "http://local host",
        "http://localhost?x=1",
        "http://localhost#x"
      })
  void whatIsNoAddressOfAHubIsRefusedWithItsText(String text) {
    assertThatThrownBy(() -> HubUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
