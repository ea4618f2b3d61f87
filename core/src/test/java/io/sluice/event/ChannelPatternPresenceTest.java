package io.sluice.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelPatternPresenceTest {

  @ParameterizedTest
  @CsvSource({
    "**, room/1/@presence, false",
    "room/**, room/1/@presence, false",
    "room/1/*, room/1/@presence, false",
    "room/1/@presence, room/1/@presence, true",
    "room/*/@presence, room/1/@presence, true",
    "room/*/@presence, room/1/2/@presence, false",
    "*, @presence, true",
    "*/*, a/@presences, true",
    "*/b, @presence/b, true",
    "**, a/@presence/b, true"
  })
  void wildcardsDontStandForALastSegmentPresence(String pattern, String channel, boolean matches) {
    assertThat(ChannelPattern.parse(pattern).matches(channel)).isEqualTo(matches);
  }

  @Test
  void aChannelWhoseNameIsTooLongHasNone() {
    assertThat(PresenceChannel.canBeOf("x".repeat(190))).isTrue();
    assertThat(PresenceChannel.canBeOf("x".repeat(191))).isFalse();
    assertThat(PresenceChannel.canBeOf("a/@presence")).isFalse();
    assertThat(PresenceChannel.watchedBy("a/b/@presence")).isEqualTo("a/b");
    assertThat(PresenceChannel.watchedBy("@presence")).isNull();
  }
}
