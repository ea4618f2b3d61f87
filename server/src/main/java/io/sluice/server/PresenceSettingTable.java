package io.sluice.server;

import io.sluice.event.ChannelPattern;
import java.time.Duration;
import java.util.List;

/** The settings of who is told who is there. */
final class PresenceSettingTable {

  static final Setting<List<ChannelPattern>> CHANNELS =
      new Setting<>(
          "presence.channels",
          new ListType<>(
              ScalarType.of(
                  "pattern", "a channel, or a pattern such as rooms/*", ChannelPattern::parse)),
          List.of(),
          "Channels of which it is told who is there.");
  static final Setting<Duration> GRACE =
      new Setting<>(
          "presence.grace",
          ScalarType.duration("0s", "1h"),
          Duration.ofSeconds(5),
          "How long somebody may be without a connection and hasn't left.");
  static final Setting<Integer> LIST =
      new Setting<>(
          "presence.list",
          ScalarType.number(0, 100_000),
          1000,
          "With more members than this, the number is told and not who they are.");
  static final Setting<Duration> INTERVAL =
      new Setting<>(
          "presence.interval",
          ScalarType.duration("100ms", "1m"),
          Duration.ofSeconds(1),
          "How often the number is told at most where that alone is told.");

  static final List<Setting<?>> ALL = List.of(CHANNELS, GRACE, LIST, INTERVAL);

  private PresenceSettingTable() {}
}
