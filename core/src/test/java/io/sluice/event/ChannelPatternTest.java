package io.sluice.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelPatternTest {

  @ParameterizedTest
  @CsvSource({
    "a, a, true",
    "a, ab, false",
    "a, a/b, false",
    "a/b, a, false",
    "*, a, true",
    "*, a/b, false",
    "a/*, a, false",
    "a/*, a/b, true",
    "a/*, ab/c, false",
    "a/*, a/b/c, false",
    "*/b, a/b, true",
    "*/b, a/c, false",
    "*/b, b, false",
    "a/*/c, a/b/c, true",
    "a/*/c, a/c, false",
    "a/**, a, false",
    "a/**, a/b, true",
    "a/**, a/b/c, true",
    "a/**, ab/c, false",
    "*/**, a, false",
    "*/**, a/b, true",
    "**, a, true",
    "**, a/b/c, true",
  })
  void matches(String pattern, String channel, boolean expected) {
    assertThat(ChannelPattern.parse(pattern).matches(channel)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "a, a, true",
    "a, b, false",
    "a, *, false",
    "a, a/b, false",
    "a/b, a, false",
    "a, **, false",
    "*, a, true",
    "*, *, true",
    "*, **, false",
    "*, a/b, false",
    "a/*, a/b, true",
    "a/*, a/*, true",
    "a/*, a/**, false",
    "a/*, a, false",
    "a/*, */b, false",
    "a/*/c, a/b/c, true",
    "a/*/c, a/*/c, true",
    "a/*/c, a/**, false",
    "**, **, true",
    "**, */**, true",
    "**, a/*/c, true",
    "*/**, **, false",
    "*/**, a, false",
    "*/**, */*, true",
    "a/**, a, false",
    "a/**, a/b, true",
    "a/**, a/*, true",
    "a/**, a/*/**, true",
    "a/*/**, a/**, false",
    "a/**, ab/**, false",
    "ab/**, a/**, false",
    "a/**, */b, false",
  })
  void coversWhatMatchesNothingElse(String pattern, String other, boolean expected) {
    assertThat(ChannelPattern.parse(pattern).covers(ChannelPattern.parse(other)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "a, a, true",
    "a, b, false",
    "a, ab, false",
    "a, *, true",
    "a, **, true",
    "a, a/b, false",
    "a, a/**, false",
    "a/b, a/**, true",
    "a/b, */**, true",
    "a/b, */c, false",
    "a/*, */b, true",
    "a/*, *, false",
    "a/*/c, a/b/*, true",
    "a/*/c, b/**, false",
    "*/*/**, a/b, false",
    "*/*/**, a/b/c, true",
    "a/**, **, true",
    "a/**, b/**, false",
    "a/**, */b/**, true",
  })
  void intersectsWhatMatchesSomeOfTheSame(String pattern, String other, boolean expected) {
    ChannelPattern one = ChannelPattern.parse(pattern);
    ChannelPattern two = ChannelPattern.parse(other);

    assertThat(one.intersects(two)).isEqualTo(expected);
    assertThat(two.intersects(one)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "a/", "/a", "a//b", "a*", "*a", "**/a", "a/**/b", "***", ".", "a/..", "a b", "a\n",
        "\u00e4", "a?b", "a#b", "a%2fb"
      })
  void refuses(String pattern) {
    assertThatThrownBy(() -> ChannelPattern.parse(pattern))
        .isInstanceOfSatisfying(
            InvalidEventException.class,
            refused -> assertThat(refused.code()).isEqualTo("invalid-channel"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "a/*", "a/**", "**"})
  void onePublishesToOneChannel(String pattern) {
    assertThatThrownBy(() -> ChannelName.check(pattern))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("pattern");
  }

  @Test
  void aNameHasTwoHundredBytes() {
    assertThat(ChannelName.check("a".repeat(200))).hasSize(200);
    assertThatThrownBy(() -> ChannelName.check("a".repeat(201)))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("201");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A-z0.9_~:@+=-", "users/@me/x", "...", "a/.b"})
  void allows(String channel) {
    assertThat(ChannelName.check(channel)).isEqualTo(channel);
  }
}
