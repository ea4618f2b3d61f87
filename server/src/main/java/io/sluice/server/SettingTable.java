package io.sluice.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.event.Level;

/**
 * All settings, in the order in which people are shown them. A new one is a row here and a
 * component of a record under {@link Settings}.
 */
public final class SettingTable {

  /** Whether the demo streams run, before {@code auto} is decided. */
  enum Demo {
    AUTO,
    ON,
    OFF
  }

  static final Setting<HostAndPort> LISTEN =
      new Setting<>(
          "listen",
          ScalarType.address(),
          new HostAndPort("127.0.0.1", 8080),
          "Where to listen. Port 0 takes a free one; without a port it is PORT's, or 8080.");
  static final Setting<Boolean> INSECURE =
      new Setting<>(
          "insecure",
          ScalarType.truth(),
          false,
          "Listen beyond loopback although everybody may read and publish.");
  static final Setting<Duration> DRAIN =
      duration(
          "drain", "10s", "0s", "10m", "How long stopping may take to close streams in order.");
  static final Setting<Integer> LOOPS =
      number("loops", 0, 0, 256, "Event loops, each a thread; 0 is one for every two cores.");
  static final Setting<Level> LOG =
      new Setting<>(
          "log",
          ScalarType.oneOf(Level.class, "error, warn, info, debug or trace"),
          Level.INFO,
          "How much to log.");

  static final Setting<HeartbeatInterval> HEARTBEAT =
      new Setting<>(
          "stream.heartbeat",
          ScalarType.heartbeat("1s", "1h"),
          HeartbeatInterval.parse("15s"),
          "How long a stream may be silent; with two, long idle ones slow down to the second.");
  static final Setting<Duration> RETRY =
      duration(
          "stream.retry", "2s", "100ms", "10m", "How long clients wait before they reconnect.");
  static final Setting<Duration> WRITE_TIMEOUT =
      duration(
          "stream.write-timeout",
          "30s",
          "1s",
          "1h",
          "Close a connection that has taken nothing for so long.");
  static final Setting<Boolean> TIME =
      new Setting<>(
          "stream.time",
          ScalarType.truth(),
          false,
          "Put a time: line, milliseconds since 1970, into every frame.");
  static final Setting<ByteSize> BUFFER =
      size(
          "stream.buffer",
          "64MiB",
          "1MiB",
          "64GiB",
          "Budget of the whole hub for output that sockets haven't taken.");

  static final Setting<ByteSize> GZIP_ABOVE =
      size(
          "stream.gzip-above",
          "1KiB",
          "64B",
          "16MiB",
          "Larger data is compressed for subscribers that ask for encoding=gzip.");

  static final Setting<ByteSize> EVENT =
      size("limits.event", "1MiB", "1B", "16MiB", "Largest data of one event.");
  static final Setting<Integer> CONNECTIONS =
      number("limits.connections", 20_000, 1, 10_000_000, "Most streams at a time.");
  static final Setting<Integer> CHANNELS_PER_CONNECTION =
      number(
          "limits.channels-per-connection",
          100,
          1,
          10_000,
          "Most channels and patterns of one stream.");
  static final Setting<ByteSize> HEAD =
      size("limits.head", "16KiB", "1KiB", "1MiB", "Largest request line and headers.");
  static final Setting<Integer> IDEMPOTENCY_KEYS =
      number(
          "limits.idempotency-keys",
          100_000,
          0,
          100_000_000,
          "Most idempotency keys that are remembered.");

  static final Setting<Demo> DEMO =
      new Setting<>(
          "demo.enabled",
          ScalarType.oneOf(Demo.class, "auto, on or off"),
          Demo.AUTO,
          "Publish live streams to look at; auto is on where it listens on loopback and nothing"
              + " else is set but listen, log and demo.");
  static final Setting<Duration> DEMO_STOCKS = demo("stocks", "2s", "stocks/<symbol>");
  static final Setting<Duration> DEMO_METRICS = demo("metrics", "3s", "system/metrics");
  static final Setting<Duration> DEMO_NOTIFICATIONS =
      demo("notifications", "5s", "notifications/all");

  /** The port of {@code listen} alone: the variable PORT and the option --port, not a setting. */
  static final Setting<Integer> PORT =
      number("port", 8080, 0, ListenAddress.MAX_PORT, "The port to listen on.");

  private static final List<Setting<?>> ALL =
      Stream.of(
              List.of(LISTEN, INSECURE, DRAIN, LOOPS, LOG),
              NodeSettingTable.ALL,
              List.of(HEARTBEAT, RETRY, WRITE_TIMEOUT, TIME, BUFFER, GZIP_ABOVE),
              HistorySettingTable.ALL,
              PresenceSettingTable.ALL,
              AccessSettingTable.IDENTITY,
              List.of(EVENT, CONNECTIONS, CHANNELS_PER_CONNECTION, HEAD, IDEMPOTENCY_KEYS),
              AccessSettingTable.LIMITS,
              AccessSettingTable.TRANSPORT,
              List.of(DEMO, DEMO_STOCKS, DEMO_METRICS, DEMO_NOTIFICATIONS))
          .<Setting<?>>flatMap(List::stream)
          .toList();

  private SettingTable() {}

  /** Every setting there is, those of a section together. */
  public static List<Setting<?>> all() {
    return ALL;
  }

  /** The setting of that name, to the letter. */
  static Optional<Setting<?>> find(String name) {
    return ALL.stream().filter(setting -> setting.name().equals(name)).findFirst();
  }

  /** Whether settings have names that begin with this one and a dot. */
  static boolean isSection(String name) {
    return !namesIn(name).isEmpty();
  }

  /** The names of the settings in a section. */
  static List<String> namesIn(String section) {
    return ALL.stream().map(Setting::name).filter(name -> name.startsWith(section + ".")).toList();
  }

  /** The names of all settings, and of all sections. */
  static List<String> names() {
    Stream<String> settings = ALL.stream().map(Setting::name);
    Stream<String> sections =
        ALL.stream()
            .map(Setting::name)
            .filter(name -> name.indexOf('.') > 0)
            .map(name -> name.substring(0, name.indexOf('.')));
    return Stream.concat(settings, sections).distinct().toList();
  }

  private static Setting<Duration> duration(
      String name, String byDefault, String least, String most, String meaning) {
    return new Setting<>(
        name, ScalarType.duration(least, most), DurationText.parse(byDefault), meaning);
  }

  private static Setting<Duration> demo(String stream, String byDefault, String channel) {
    return duration(
        "demo." + stream,
        byDefault,
        "100ms",
        "1h",
        "How often the demo publishes to " + channel + ".");
  }

  private static Setting<ByteSize> size(
      String name, String byDefault, String least, String most, String meaning) {
    return new Setting<>(name, ScalarType.size(least, most), ByteSize.parse(byDefault), meaning);
  }

  private static Setting<Integer> number(
      String name, int byDefault, int least, int most, String meaning) {
    return new Setting<>(name, ScalarType.number(least, most), byDefault, meaning);
  }
}
