package io.sluice.server;

import io.sluice.redis.RedisConnections;
import io.sluice.redis.fleet.Fleet;
import io.sluice.redis.fleet.FleetOptions;
import java.io.IOException;
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
   * @return null for a hub that is alone
   * @throws InvalidSettingsException if another node that runs has this name, or what nodes share
   *     can't be reached
   */
  static @Nullable Fleet join(Settings settings) {
    if (settings.history().store() != HistorySettings.Store.REDIS) {
      return null;
    }
    NodeSettings node = settings.node();
    FleetOptions options =
        FleetOptions.of(node.name().orElseGet(FleetOpening::anyName)).withLease(node.lease());
    RedisConnections connections = connections(settings.history().redis());
    try {
      return Fleet.join(
          connections, options, InstantSource.system(), node.lease().plus(BEYOND_LEASE));
    } catch (IllegalArgumentException taken) {
      throw refused(NodeSettingTable.NAME, taken);
    } catch (IllegalStateException unreachable) {
      throw refused(HistorySettingTable.REDIS_URL, unreachable);
    }
  }

  private static RedisConnections connections(RedisSettings server) {
    try {
      return new RedisConnections(server.options());
    } catch (IllegalArgumentException unusable) {
      throw refused(HistorySettingTable.REDIS_URL, unusable);
    } catch (IOException unreadable) {
      throw refused(HistorySettingTable.REDIS_PASSWORD_FILE, unreadable);
    }
  }

  private static InvalidSettingsException refused(Setting<?> setting, Exception why) {
    return new InvalidSettingsException(
        List.of(
            new SettingProblem(setting.name(), String.valueOf(why.getMessage()), "settings", "")));
  }

  private static String anyName() {
    return HexFormat.of().formatHex(new SecureRandom().generateSeed(NAME_BYTES));
  }
}
