package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLineTest {

  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00.120Z");

  @Test
  void isOneLineInUtc() {
    assertThat(line("io.sluice.server.Streams", Level.INFO, "connected id=k3f9-17", null))
        .isEqualTo("2026-01-31T12:00:00.120Z INFO  connected id=k3f9-17\n");
    assertThat(line("io.netty.channel.Loop", Level.ERROR, "é", null))
        .isEqualTo("2026-01-31T12:00:00.120Z ERROR io.netty.channel.Loop: é\n");
  }

  @Test
  void lineBreaksInAMessageDoNotMakeAnotherLine() {
    assertThat(line("io.sluice.x", Level.WARN, "a\r\n2026 INFO b\u001b[2J", null))
        .isEqualTo("2026-01-31T12:00:00.120Z WARN  a??2026 INFO b?[2J\n");
  }

  @Test
  void exceptionFollows() {
    assertThat(line("io.sluice.x", Level.WARN, "failed", new IllegalStateException("why")))
        .startsWith(
            "2026-01-31T12:00:00.120Z WARN  failed\njava.lang.IllegalStateException: why\n\tat ");
  }

  private static String line(
      String logger, Level level, String message, @Nullable Throwable thrown) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerContext(new LoggerContext());
    event.setLoggerName(logger);
    event.setLevel(level);
    event.setMessage(message);
    event.setInstant(TIME);
    if (thrown != null) {
      event.setThrowableProxy(new ThrowableProxy(thrown));
    }
    return new String(new LogLine().encode(event), StandardCharsets.UTF_8);
  }
}
