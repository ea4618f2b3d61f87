package io.sluice.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {

  @ParameterizedTest
  @ValueSource(strings = {"k3f9-18", "a-0", "0123456789abcdef-9223372036854775807"})
  void whatIsWrittenIsRead(String text) {
    EventId id = EventId.parse(text);
    assertThat(id).isNotNull();
    assertThat(id.toString()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "-1",
        "k",
        "k-",
        "K-1",
        "k3f9-",
        "k_-1",
        "k--1",
        "k-1-1",
        "k-+1",
        "k- 1",
        "k-1 ",
        "k-1\n",
        "k-\u0661",
        "k-9223372036854775808",
        "k-99999999999999999999",
        "k-18446744073709551617",
        "0123456789abcdefg-1"
      })
  void whatIsNoIdIsToldApart(String text) {
    assertThat(EventId.parse(text)).isNull();
  }

  @Test
  void anIdThatCantBeWrittenCantBeMade() {
    assertThatThrownBy(() -> new EventId("", 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EventId("Epoch", 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EventId("e", -1)).isInstanceOf(IllegalArgumentException.class);
  }
}
