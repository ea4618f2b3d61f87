package io.sluice.server;

import io.sluice.log.RetentionRules;
import io.sluice.redis.RedisOptions;
import io.sluice.server.HistorySettings.Store;
import io.sluice.server.HistorySettings.Sync;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of what is kept, where and for how long. */
final class HistorySettingTable {

  static final Setting<Store> STORE =
      new Setting<>(
          "history.store",
          ScalarType.oneOf(Store.class, "memory, sqlite or redis"),
          Store.MEMORY,
          "What holds the log: the hub's memory alone, a file in history.data too, or a Redis"
              + " server that hubs share.");
  static final Setting<Optional<Path>> DATA =
      AccessSettingTable.optional(
          "history.data",
          ScalarType.of("directory", "a directory", Path::of),
          "Where the file is; it is made if only its last part is missing.");
  static final Setting<Sync> SYNC =
      new Setting<>(
          "history.sync",
          ScalarType.oneOf(Sync.class, "full, normal or off"),
          Sync.FULL,
          "What a power cut may cost: nothing, the newest events, or the file; the end of the"
              + " process costs nothing.");
  static final Setting<Optional<ByteSize>> DISK =
      AccessSettingTable.optional(
          "history.disk",
          ScalarType.size("8MiB", "1024TiB"),
          "Most that the file may take; past it the heaviest channels give up their oldest"
              + " events.");
  static final Setting<ByteSize> MEMORY =
      new Setting<>(
          "history.memory",
          ScalarType.size("1MiB", "1TiB"),
          ByteSize.parse("256MiB"),
          "Memory for history, of the hub as a whole; at most 70 % of the Java heap.");
  static final Setting<RetentionRules> CHANNELS =
      new Setting<>(
          "history.channels",
          new RetentionType(),
          RetentionRules.DEFAULT,
          "How much of each channel is kept; the first pattern that matches counts.");

  static final Setting<Optional<String>> REDIS_URL =
      AccessSettingTable.optional(
          "history.redis.url",
          ScalarType.of(
              "url",
              "redis://host:6379, rediss://user@host:6379 with TLS, or"
                  + " redis-sentinel://host:26379,host:26379#master",
              HistorySettingTable::redisUrl),
          "The Redis or Valkey server, and the user; the password has a setting of its own.");
  static final Setting<Optional<String>> REDIS_PASSWORD =
      AccessSettingTable.optional(
          "history.redis.password",
          ScalarType.secret("text"),
          "Password of that user, or of the server where no user is named.");
  static final Setting<Optional<Path>> REDIS_PASSWORD_FILE =
      AccessSettingTable.optional(
          "history.redis.password-file",
          ScalarType.of("file", "a file", Path::of),
          "File with that password.");
  static final Setting<Optional<Path>> REDIS_CA_FILE =
      AccessSettingTable.optional(
          "history.redis.ca-file",
          ScalarType.of("file", "a file", Path::of),
          "PEM file with the certificates that the server's is checked by; none for the JVM's"
              + " own.");
  static final Setting<String> REDIS_PREFIX =
      new Setting<>(
          "history.redis.prefix",
          ScalarType.of("text", "1 to 50 of A-Z a-z 0-9 . _ : -", HistorySettingTable::redisPrefix),
          RedisOptions.DEFAULT_PREFIX,
          "Names of all keys begin with it, in braces; hubs with the same prefix share one log.");
  static final Setting<Duration> REDIS_TIMEOUT =
      new Setting<>(
          "history.redis.timeout",
          ScalarType.duration("100ms", "60s"),
          Duration.ofSeconds(2),
          "How long Redis may take to answer before it is taken for gone.");
  static final Setting<Integer> REPLICAS =
      new Setting<>(
          "history.replicas",
          ScalarType.number(0, RedisOptions.MAX_REPLICAS),
          0,
          "How many replicas of the Redis server must have an event before it is shown and"
              + " answered.");

  static final List<Setting<?>> ALL =
      List.of(
          STORE,
          DATA,
          SYNC,
          DISK,
          MEMORY,
          CHANNELS,
          REDIS_URL,
          REDIS_PASSWORD,
          REDIS_PASSWORD_FILE,
          REDIS_CA_FILE,
          REDIS_PREFIX,
          REDIS_TIMEOUT,
          REPLICAS);

  private static String redisUrl(String text) {
    RedisOptions.of(text).check();
    return text;
  }

  private static String redisPrefix(String text) {
    return RedisOptions.of("redis://localhost").withPrefix(text).prefix();
  }

  private HistorySettingTable() {}
}
