package io.sluice.server;

import io.sluice.redis.RedisConnections;
import io.sluice.redis.RedisOptions;
import io.sluice.redis.fleet.Fleet;
import io.sluice.redis.fleet.FleetOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins the other nodes, where settings say that there may be some. Stateless. */
final class FleetOpening {

  private static final int NAME_BYTES = 4;
  private static final Duration BEYOND_LEASE = Duration.ofSeconds(10);

  private FleetOpening() {}

  /**
   * Joins them; blocks until this node counts as one of them. Its name is free again when the lease
   * of a process that had it is over, so that may take as long.
   *
   * @param server what nodes share; null for a hub that is alone
   * @return null for that
   * @throws InvalidSettingsException if another node that runs has this name
   */
  static @Nullable Fleet join(Settings settings, @Nullable RedisOptions server) {
    if (server == null) {
      return null;
    }
    NodeSettings node = settings.node();
    FleetOptions options =
        FleetOptions.of(node.name().orElseGet(FleetOpening::anyName)).withLease(node.lease());
    RedisConnections connections = new RedisConnections(server);
    try {
      return Fleet.join(
          connections, options, InstantSource.system(), node.lease().plus(BEYOND_LEASE));
    } catch (IllegalArgumentException taken) {
      throw new InvalidSettingsException(
          List.of(
              new SettingProblem(
                  NodeSettingTable.NAME.name(),
                  String.valueOf(taken.getMessage()),
                  "settings",
                  "")));
    }
  }

  private static String anyName() {
    return HexFormat.of().formatHex(new SecureRandom().generateSeed(NAME_BYTES));
  }
}
