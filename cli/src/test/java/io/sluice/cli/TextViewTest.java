package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TextViewTest {

  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00.123Z");

  @Test
  void eventIsALineWithTimeChannelTypeAndData() {
    assertThat(shown(false, "news", "t", "hello")).isEqualTo("12:00:00.123  news  t  hello\n");
  }

  @Test
  void emptyDataIsShownAsNothing() {
    assertThat(shown(false, "news", "t", "")).isEqualTo("12:00:00.123  news  t  \n");
  }

  @Test
  void channelThatTheFrameDoesntNameIsLeftOut() {
    assertThat(shown(false, null, "t", "hello")).isEqualTo("12:00:00.123  t  hello\n");
  }

  @Test
  void furtherLinesOfDataAreIndented() {
    assertThat(shown(false, "news", "t", "a\n\nb"))
        .isEqualTo("12:00:00.123  news  t  a\n    \n    b\n");
  }

  @Test
  void coloursEndWithWhatTheyColour() {
    assertThat(shown(true, "news", "t", "hello"))
        .isEqualTo(
            "\u001b[2m12:00:00.123\u001b[0m  \u001b[36mnews\u001b[0m  \u001b[33mt\u001b[0m "
                + " hello\n");
  }

  @Test
  void nothingThatCameCanSteerTheTerminal() {
    assertThat(
            shown(true, "\u001b[31m", "\u001b[32m", "\u001b[33m\r\u009b\nx")
                .replaceAll("\u001b\\[(2|36|33|0)m", ""))
        .doesNotContain("\u001b", "\r", "\u009b");
  }

  @Test
  void heartbeatShowsThePositionThatItTells() {
    assertThat(shown(false, null, "heartbeat", "{}")).isEqualTo("12:00:00.123  heartbeat  e-7\n");
  }

  @Test
  void gapOfWhichLittleIsKnownIsShownAllTheSame() {
    assertThat(shown(false, null, "gap", "{\"reason\":\"reset\",\"after\":\"x-1\"}"))
        .isEqualTo("12:00:00.123  === GAP: events are missing after x-1 (reset) ===\n");
    assertThat(shown(false, null, "gap", "no JSON"))
        .isEqualTo("12:00:00.123  === GAP: no JSON ===\n");
  }

  private static String shown(
      boolean coloured, @Nullable String channel, String type, String data) {
    StringWriter out = new StringWriter();
    TextView view = new TextView(new PrintWriter(out), ZoneOffset.UTC, coloured);
    view.show(new ReceivedEvent("e-7", channel, type, data, TIME));
    assertThat(view.flush()).isTrue();
    return out.toString();
  }
}
