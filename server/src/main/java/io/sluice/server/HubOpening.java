package io.sluice.server;

import io.sluice.hub.Heartbeat;
import io.sluice.hub.Hub;
import io.sluice.hub.HubOptions;
import io.sluice.hub.StreamOptions;
import io.sluice.presence.Presence;
import io.sluice.presence.PresenceOptions;
import io.sluice.redis.RedisStore;
import io.sluice.redis.SharedLogOptions;
import io.sluice.redis.UnreachableRedisException;
import io.sluice.redis.fleet.Fleet;
import io.sluice.sqlite.SqliteOptions;
import io.sluice.sqlite.SqliteStore;
import io.sluice.sqlite.UnusableFileException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens the hub that settings describe, without a server. Stateless. */
public final class HubOpening {

  private HubOpening() {}

  /**
   * Opens it; blocks until what was kept can be read.
   *
   * @param clock the time of events
   * @throws InvalidSettingsException if there is no directory to keep the log in, or no Redis
   *     server where it is shared
   * @throws UnusableFileException if the file that holds it can't be used as it is, or another hub
   *     uses it
   */
  public static Hub open(Settings settings, InstantSource clock) {
    return open(settings, clock, null);
  }

  /** The same as a node of several, if there are: ids of its streams begin with its name. */
  static Hub open(Settings settings, InstantSource clock, @Nullable Fleet fleet) {
    HistorySettings history = settings.history();
    HubOptions options =
        options(settings, clock).toBuilder()
            .node(fleet == null ? settings.node().name().orElse("") : fleet.node())
            .build();
    if (history.store() == HistorySettings.Store.MEMORY) {
      return Hub.open(options);
    }
    if (history.store() == HistorySettings.Store.REDIS) {
      return Hub.open(options, shared(settings));
    }
    Path data = history.data().orElseThrow();
    make(data);
    return Hub.open(options, SqliteStore.open(file(settings, clock)));
  }

  private static RedisStore shared(Settings settings) {
    HistorySettings history = settings.history();
    try {
      return RedisStore.open(
          SharedLogOptions.of(history.redis().options(), history.channels())
              .withTimeLines(settings.stream().time()));
    } catch (UnreachableRedisException | IllegalArgumentException e) {
      throw refused(HistorySettingTable.REDIS_URL, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw refused(HistorySettingTable.REDIS_PASSWORD_FILE, "it can't be read: " + e.getMessage());
    }
  }

  /**
   * Has it told who is there, if that is wanted anywhere; to be called before there are streams.
   *
   * @param fleet who is there counts over all its nodes; null for a hub that is alone
   */
  static @Nullable Presence presence(Settings settings, Hub hub, @Nullable Fleet fleet) {
    PresenceSettings presence = settings.presence();
    if (presence.channels().isEmpty()) {
      return null;
    }
    // A stop sends clients away for retry and a random time beside.
    Duration afterStart = settings.stream().retry().plus(StreamOptions.MAX_DRAIN_SPREAD);
    PresenceOptions options =
        new PresenceOptions(
            presence.channels(),
            presence.grace(),
            afterStart,
            presence.list(),
            presence.interval());
    return fleet == null
        ? Presence.of(hub, options, PresenceEndpoint::member)
        : Presence.of(hub, options, PresenceEndpoint::member, fleet.attendance(hub, options));
  }

  private static void make(Path data) {
    if (Files.isDirectory(data)) {
      return;
    }
    try {
      // Not all that leads to it: what is mistyped in the middle would be made too.
      Files.createDirectory(data);
    } catch (FileAlreadyExistsException there) {
      throw refused(data.toAbsolutePath() + " isn't a directory; name one, or move it away");
    } catch (NoSuchFileException missing) {
      throw refused(
          data.toAbsolutePath() + " can't be made: there is no directory for it; make that first");
    } catch (AccessDeniedException denied) {
      throw refused(
          data.toAbsolutePath() + " can't be made: the hub may not write to the directory for it");
    } catch (FileSystemException failed) {
      throw refused(data.toAbsolutePath() + " can't be made: " + failed.getReason());
    } catch (IOException failed) {
      throw refused(data.toAbsolutePath() + " can't be made: " + failed.getMessage());
    }
  }

  private static InvalidSettingsException refused(String why) {
    return refused(HistorySettingTable.DATA, why);
  }

  private static InvalidSettingsException refused(Setting<?> setting, String why) {
    return new InvalidSettingsException(
        List.of(new SettingProblem(setting.name(), why, "settings", "")));
  }

  private static SqliteOptions file(Settings settings, InstantSource clock) {
    HistorySettings history = settings.history();
    SqliteOptions.Limits limits = SqliteOptions.Limits.DEFAULT;
    if (history.disk().isPresent()) {
      limits = limits.withMaxFileBytes(history.disk().get().bytes());
    }
    return SqliteOptions.of(history.file().orElseThrow())
        .withSync(SqliteOptions.Sync.valueOf(history.sync().name()))
        .withRules(history.channels())
        .withTimeLines(settings.stream().time())
        .withLimits(limits)
        .withClock(clock);
  }

  private static HubOptions options(Settings settings, InstantSource clock) {
    StreamSettings stream = settings.stream();
    return HubOptions.builder()
        .memoryBytes(settings.history().memory().bytes())
        .retention(settings.history().channels())
        .timeLines(stream.time())
        .stream(
            new StreamOptions(
                new Heartbeat(stream.heartbeat().shortest(), stream.heartbeat().longest()),
                stream.retry(),
                stream.writeTimeout(),
                stream.buffer().bytes(),
                settings.limits().channelsPerConnection(),
                Math.toIntExact(stream.gzipAbove().bytes())))
        .maxStreams(settings.limits().connections())
        .idempotencyKeys(settings.limits().idempotencyKeys())
        .clock(clock)
        .build();
  }
}
