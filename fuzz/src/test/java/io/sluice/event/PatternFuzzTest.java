package io.sluice.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** What patterns say of each other is what they say of each channel. */
class PatternFuzzTest {

  /**
   * @param lines two patterns and a channel
   */
  @DictionaryEntries({"/**", "/*", "**", "@presence", "\\x0a", "/a", "/b"})
  @FuzzTest
  void coveringAndMeetingFollowFromMatching(byte[] lines) {
    String[] three = new String(lines, UTF_8).split("\n", 3);
    if (three.length < 3) {
      return;
    }
    ChannelPattern one;
    ChannelPattern other;
    String channel;
    try {
      one = ChannelPattern.parse(three[0]);
      other = ChannelPattern.parse(three[1]);
      channel = ChannelName.check(three[2]);
    } catch (InvalidEventException refused) {
      assertThat(refused.code()).isEqualTo("invalid-channel");
      return;
    }
    assertThat(ChannelPattern.parse(one.toString())).isEqualTo(one);
    assertThat(one.covers(one)).isTrue();
    assertThat(one.intersects(other)).isEqualTo(other.intersects(one));
    if (PresenceChannel.is(channel) && !PresenceChannel.is(one.toString())) {
      // Wildcards don't stand for it; rules, which cover and meet letter by letter, may.
      assertThat(one.matches(channel)).isFalse();
      return;
    }
    if (one.covers(other)) {
      assertThat(one.intersects(other)).isTrue();
      assertThat(other.matches(channel) && !one.matches(channel)).isFalse();
    }
    if (one.matches(channel) && other.matches(channel)) {
      assertThat(one.intersects(other)).isTrue();
    }
    ChannelPattern exact = ChannelPattern.parse(channel);
    assertThat(exact.isExact()).isTrue();
    assertThat(one.covers(exact)).isEqualTo(one.matches(channel));
    assertThat(one.intersects(exact)).isEqualTo(one.matches(channel));
  }
}
