package io.sluice.server;

import io.sluice.redis.fleet.FleetOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of a hub that is one of several. */
final class NodeSettingTable {

  static final Setting<Optional<String>> NAME =
      AccessSettingTable.optional(
          "node",
          ScalarType.of(
              "name", "1 to 64 of A-Z a-z 0-9 . _ -", text -> FleetOptions.of(text).node()),
          "The node's name, which ids of its streams begin with; of several nodes, each has its"
              + " own.");
  static final Setting<Duration> LEASE =
      new Setting<>(
          "node-lease",
          ScalarType.duration("1s", "10m"),
          FleetOptions.DEFAULT_LEASE,
          "How long other nodes count this one as there after it was last heard of.");

  static final List<Setting<?>> ALL = List.of(NAME, LEASE);

  private NodeSettingTable() {}
}
