package io.sluice.server;

import io.sluice.event.ChannelPattern;
import io.sluice.event.InvalidEventException;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.log.RetentionRules.Rule;
import io.sluice.server.ConfigValue.Entry;
import io.sluice.server.ConfigValue.Mapping;
import io.sluice.server.ConfigValue.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The type of {@code history.channels}: channel patterns, each with its retention, in order. */
final class RetentionType implements SettingType<RetentionRules> {

  private static final ScalarType<Integer> EVENTS = ScalarType.number(0, 1_000_000_000);
  private static final ScalarType<Optional<Duration>> AGE =
      ScalarType.orNone(ScalarType.duration("1s", "3650d"));
  private static final ScalarType<Optional<ByteSize>> BYTES =
      ScalarType.orNone(ScalarType.size("1B", "1TiB"));
  private static final ScalarType<Retention.Behind> BEHIND =
      ScalarType.oneOf(Retention.Behind.class, "gap or disconnect");

  private static final String ADVICE =
      "allowed: channel patterns with any of events, age, bytes and behind, such as"
          + " {\"logs/**\": {events: 10000, age: 24h, bytes: 64MiB, behind: gap}}";

  @Override
  public @Nullable RetentionRules read(
      String name, ConfigValue value, Origin origin, Problems problems) {
    ConfigValue tree =
        value instanceof Text(String text) ? YamlReader.read(name, text, origin, problems) : value;
    if (tree == null) {
      return null;
    }
    if (!(tree instanceof Mapping mapping)) {
      problems.add(name, tree.described() + " is not a mapping", origin, ADVICE);
      return null;
    }
    List<Rule> rules = new ArrayList<>();
    for (Entry entry : mapping.entries()) {
      Rule rule = readRule(name, entry, origin.atLine(entry.line()), problems);
      if (rule != null) {
        rules.add(rule);
      }
    }
    return rules.size() == mapping.entries().size() ? new RetentionRules(rules) : null;
  }

  private static @Nullable Rule readRule(
      String name, Entry entry, Origin origin, Problems problems) {
    ChannelPattern pattern = null;
    try {
      pattern = ChannelPattern.parse(entry.key());
    } catch (InvalidEventException e) {
      problems.add(
          name, e.detail(), origin, "allowed: a channel, or a pattern such as logs/* or logs/**");
    }
    String ruleName = name + "." + entry.key();
    if (!(entry.value() instanceof Mapping fields)) {
      problems.add(ruleName, entry.value().described() + " is not a mapping", origin, ADVICE);
      return null;
    }
    Fields read = new Fields();
    boolean whole = true;
    for (Entry field : fields.entries()) {
      whole &= read.take(ruleName, field, origin.atLine(field.line()), problems);
    }
    return pattern != null && whole ? new Rule(pattern, read.retention()) : null;
  }

  /** The fields of one rule while they are read: those that aren't there keep their defaults. */
  private static final class Fields {

    private static final List<String> NAMES = List.of("events", "age", "bytes", "behind");

    private long events = Retention.DEFAULT.events();
    private @Nullable Duration age = Retention.DEFAULT.age();
    private long bytes = Retention.DEFAULT.bytes();
    private Retention.Behind behind = Retention.DEFAULT.behind();

    /** Reads a field, and says whether it was right. */
    boolean take(String ruleName, Entry field, Origin origin, Problems problems) {
      String name = ruleName + "." + field.key();
      return switch (field.key()) {
        case "events" -> {
          Integer read = EVENTS.read(name, field.value(), origin, problems);
          events = read == null ? events : read;
          yield read != null;
        }
        case "age" -> {
          Optional<Duration> read = AGE.read(name, field.value(), origin, problems);
          age = read == null ? age : read.orElse(null);
          yield read != null;
        }
        case "bytes" -> {
          Optional<ByteSize> read = BYTES.read(name, field.value(), origin, problems);
          bytes = read == null ? bytes : read.map(ByteSize::bytes).orElse(Long.MAX_VALUE);
          yield read != null;
        }
        case "behind" -> {
          Retention.Behind read = BEHIND.read(name, field.value(), origin, problems);
          behind = read == null ? behind : read;
          yield read != null;
        }
        default -> {
          problems.addUnknown(
              name, origin, NAMES.stream().map(known -> ruleName + "." + known).toList());
          yield false;
        }
      };
    }

    Retention retention() {
      return new Retention(events, age, bytes, behind);
    }
  }

  @Override
  public ConfigValue write(RetentionRules rules) {
    return new Mapping(
        rules.rules().stream()
            .map(rule -> new Entry(rule.pattern().toString(), write(rule.retention()), 0))
            .toList());
  }

  private static Mapping write(Retention retention) {
    Optional<ByteSize> bytes =
        retention.bytes() == Long.MAX_VALUE
            ? Optional.empty()
            : Optional.of(new ByteSize(retention.bytes()));
    return new Mapping(
        List.of(
            new Entry("events", new Text(Long.toString(retention.events())), 0),
            new Entry("age", AGE.write(Optional.ofNullable(retention.age())), 0),
            new Entry("bytes", BYTES.write(bytes), 0),
            new Entry("behind", BEHIND.write(retention.behind()), 0)));
  }

  @Override
  public String kind() {
    return "patterns";
  }

  @Override
  public String range() {
    return "pattern: {events, age, bytes, behind}";
  }
}
