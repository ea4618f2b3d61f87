package io.sluice.server;

import io.sluice.access.Network;
import io.sluice.access.Rate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A type whose values are written in one piece.
 *
 * @param kind one word for what it is
 * @param range which values there are
 * @param allowed what a message says is allowed
 * @param parse throws {@code IllegalArgumentException} that says what is wrong
 * @param format the inverse of {@code parse}
 * @param within whether a value is in range
 */
record ScalarType<T>(
    String kind,
    String range,
    String allowed,
    Function<String, T> parse,
    Function<T, String> format,
    Predicate<T> within)
    implements SettingType<T> {

  private static final Pattern WHOLE_NUMBER = Pattern.compile("[-+]?[0-9]+");
  private static final String NONE = "none";

  /** Stands for a secret where settings are shown. */
  private static final String SECRET = "(set)";

  static ScalarType<Duration> duration(String least, String most) {
    Duration from = DurationText.parse(least);
    Duration to = DurationText.parse(most);
    String range = least + " to " + most;
    return new ScalarType<>(
        "duration",
        range,
        "a duration from " + range + " (units are " + DurationText.UNITS + ")",
        DurationText::parse,
        DurationText::format,
        value -> value.compareTo(from) >= 0 && value.compareTo(to) <= 0);
  }

  static ScalarType<HeartbeatInterval> heartbeat(String least, String most) {
    Duration from = DurationText.parse(least);
    Duration to = DurationText.parse(most);
    String range = least + " to " + most;
    return new ScalarType<>(
        "interval",
        range + ", or two: 15s..45s",
        "a duration from "
            + range
            + ", such as 15s, or two as in 15s..45s (units are "
            + DurationText.UNITS
            + ")",
        HeartbeatInterval::parse,
        HeartbeatInterval::toString,
        value -> value.shortest().compareTo(from) >= 0 && value.longest().compareTo(to) <= 0);
  }

  static ScalarType<ByteSize> size(String least, String most) {
    ByteSize from = ByteSize.parse(least);
    ByteSize to = ByteSize.parse(most);
    String range = least + " to " + most;
    return new ScalarType<>(
        "size",
        range,
        "a size from " + range + " (units are " + ByteSize.UNITS + ")",
        ByteSize::parse,
        ByteSize::toString,
        value -> value.compareTo(from) >= 0 && value.compareTo(to) <= 0);
  }

  static ScalarType<Integer> number(int least, int most) {
    String range = least + " to " + most;
    return new ScalarType<>(
        "number",
        range,
        "a whole number from " + range,
        ScalarType::parseNumber,
        String::valueOf,
        value -> value >= least && value <= most);
  }

  private static int parseNumber(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      boolean digits = WHOLE_NUMBER.matcher(text).matches();
      throw new IllegalArgumentException(
          text + (digits ? " is out of range" : " is not a whole number"), e);
    }
  }

  /** The same, or {@code none}. */
  static <T> ScalarType<Optional<T>> orNone(ScalarType<T> type) {
    return new ScalarType<>(
        type.kind,
        type.range + ", or none",
        type.allowed + ", or none",
        text -> text.equals(NONE) ? Optional.empty() : Optional.of(type.parse.apply(text)),
        value -> value.map(type.format).orElse(NONE),
        value -> value.isEmpty() || type.within.test(value.get()));
  }

  static ScalarType<Boolean> truth() {
    return choice("true|false", List.of(true, false), "true or false");
  }

  /** One of an enum's constants, which are written in lower case. */
  static <E extends Enum<E>> ScalarType<E> oneOf(Class<E> type, String allowed) {
    List<E> constants = Arrays.asList(type.getEnumConstants());
    return choice(
        String.join("|", constants.stream().map(ScalarType::word).toList()), constants, allowed);
  }

  private static <T> ScalarType<T> choice(String kind, List<T> choices, String allowed) {
    return new ScalarType<>(
        kind,
        String.join(", ", choices.stream().map(ScalarType::word).toList()),
        allowed,
        text -> chosen(text, choices),
        ScalarType::word,
        value -> true);
  }

  private static <T> T chosen(String text, List<T> choices) {
    for (T choice : choices) {
      if (word(choice).equals(text)) {
        return choice;
      }
    }
    throw new IllegalArgumentException(text + " is not one of its values");
  }

  private static String word(Object choice) {
    return choice.toString().toLowerCase(Locale.ROOT);
  }

  /** Any text. */
  static ScalarType<String> text(String kind, String allowed) {
    return new ScalarType<>(
        kind, allowed, allowed, Function.identity(), Function.identity(), value -> true);
  }

  /** Text that nobody is shown again. */
  static ScalarType<String> secret(String allowed) {
    return new ScalarType<>(
        "secret",
        allowed,
        allowed,
        text -> {
          if (text.equals(SECRET)) {
            throw new IllegalArgumentException(
                SECRET + " is how a secret is shown, not what it is");
          }
          return text;
        },
        value -> SECRET,
        value -> true);
  }

  /** What is read by {@code parse}, which throws {@code IllegalArgumentException}. */
  static <T> ScalarType<T> of(String kind, String allowed, Function<String, T> parse) {
    return new ScalarType<>(kind, allowed, allowed, parse, String::valueOf, value -> true);
  }

  /** So many in a time. */
  static ScalarType<Rate> rate() {
    String examples = "such as 60/min, 1000/s or 5/10s";
    return new ScalarType<>(
        "rate",
        examples,
        "a whole number, a slash and a time, " + examples + " (units are " + Rate.UNITS + ")",
        Rate::parse,
        Rate::toString,
        value -> true);
  }

  /** So many bytes in a time. */
  static ScalarType<Rate> byteRate() {
    String examples = "such as 10MiB/s or 1GiB/h";
    return new ScalarType<>(
        "rate",
        examples,
        "a size, a slash and a time, "
            + examples
            + " (units are "
            + ByteSize.UNITS
            + ", and "
            + Rate.UNITS
            + ")",
        text -> Rate.parse(text, size -> ByteSize.parse(size).bytes()),
        rate -> rate.toString(bytes -> new ByteSize(bytes).toString()),
        value -> true);
  }

  /** Addresses that have their first bits in common. */
  static ScalarType<Network> network() {
    return of(
        "network", "an address, or a network such as 10.0.0.0/8 or 2001:db8::/32", Network::parse);
  }

  static ScalarType<HostAndPort> address() {
    return new ScalarType<>(
        "address",
        "host:port, or a host alone",
        "a host and a port from 0 to 65535, such as 127.0.0.1:8080 or [::1]:8080, or a host alone",
        HostAndPort::parse,
        HostAndPort::toString,
        value -> true);
  }

  @Override
  public @Nullable T read(String name, ConfigValue value, Origin origin, Problems problems) {
    if (!(value instanceof ConfigValue.Text(String text)) || text.isBlank()) {
      problems.add(name, value.described() + " is not a value", origin, advice());
      return null;
    }
    try {
      T parsed = parse.apply(text.strip());
      if (within.test(parsed)) {
        return parsed;
      }
      problems.add(name, text.strip() + " is out of range", origin, advice());
    } catch (IllegalArgumentException e) {
      problems.add(name, String.valueOf(e.getMessage()), origin, advice());
    }
    return null;
  }

  private String advice() {
    return "allowed: " + allowed;
  }

  @Override
  public ConfigValue write(T value) {
    return new ConfigValue.Text(format.apply(value));
  }
}
