package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisibleTextTest {

  @Test
  void ordinaryTextStaysAsItIs() {
    String text = "tab\there, é € 😀 \u200d";
    assertThat(VisibleText.of(text)).isSameAs(text);
  }

  @Test
  void controlCharactersBecomePictures() {
    assertThat(VisibleText.of("a\u001b[31mb\r\n\u0000\u007f"))
        .isEqualTo("a\u241b[31mb\u240d\u240a\u2400\u2421");
  }

  @Test
  void charactersWithoutAPictureBecomeTheirNumber() {
    assertThat(VisibleText.of("\u009b31m\u202e\u2066\u2028"))
        .isEqualTo("\\u009b31m\\u202e\\u2066\\u2028");
  }

  @Test
  void jsonStaysJson() {
    assertThat(VisibleText.ofJson("{\"data\":\"\u009b\u007f\"}"))
        .isEqualTo("{\"data\":\"\\u009b\\u007f\"}");
  }
}
