package io.sluice.server;

import io.sluice.access.ApiKeyOptions;
import io.sluice.access.Grants;
import io.sluice.event.ChannelPattern;
import io.sluice.event.InvalidEventException;
import io.sluice.server.ConfigValue.Entry;
import io.sluice.server.ConfigValue.Mapping;
import io.sluice.server.ConfigValue.Sequence;
import io.sluice.server.ConfigValue.Text;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The type of {@code identity.keys}: a list of API keys, each with what it may do. */
final class ApiKeysType implements SettingType<List<ApiKeyOptions>> {

  private static final ScalarType<String> TEXT = ScalarType.text("text", "any text");
  private static final ListType<String> TEXTS = new ListType<>(TEXT);
  private static final ListType<ChannelPattern> PATTERNS =
      new ListType<>(
          ScalarType.of(
              "pattern",
              "a channel, or a pattern such as logs/* or logs/**",
              ApiKeysType::pattern));
  private static final ScalarType<Boolean> TRUTH = ScalarType.truth();
  private static final ScalarType<Optional<Instant>> MOMENT =
      ScalarType.orNone(
          ScalarType.of("moment", "a moment such as 2027-01-31T00:00:00Z", ApiKeysType::moment));

  private static final List<String> FIELDS =
      List.of("name", "id", "hash", "subscribe", "publish", "roles", "tickets", "expires");

  private static final String ADVICE =
      "allowed: a list of keys such as {name: orders, id: ab12cd34, hash: \"sha256:…\", publish:"
          + " [\"orders/**\"]}; ./sluice key makes one";

  @Override
  public @Nullable List<ApiKeyOptions> read(
      String name, ConfigValue value, Origin origin, Problems problems) {
    ConfigValue tree =
        value instanceof Text(String text) ? YamlReader.read(name, text, origin, problems) : value;
    if (tree == null) {
      return null;
    }
    if (tree instanceof Mapping(List<Entry> entries) && entries.isEmpty()) {
      return List.of();
    }
    if (!(tree instanceof Sequence(List<ConfigValue> items))) {
      problems.add(name, tree.described() + " is not a list", origin, ADVICE);
      return null;
    }
    List<ApiKeyOptions> keys = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (ConfigValue item : items) {
      ApiKeyOptions key = key(name + "[" + keys.size() + "]", item, origin, problems);
      if (key == null) {
        return null;
      }
      if (!ids.add(key.id())) {
        problems.add(name, "two keys have the id " + key.id(), origin, ADVICE);
        return null;
      }
      keys.add(key);
    }
    return List.copyOf(keys);
  }

  private static @Nullable ApiKeyOptions key(
      String name, ConfigValue value, Origin origin, Problems problems) {
    if (!(value instanceof Mapping(List<Entry> entries))) {
      problems.add(name, value.described() + " is not a key", origin, ADVICE);
      return null;
    }
    Map<String, Object> read = new HashMap<>();
    boolean whole = true;
    for (Entry entry : entries) {
      Origin at = origin.atLine(entry.line());
      if (!FIELDS.contains(entry.key())) {
        problems.addUnknown(
            name + "." + entry.key(), at, FIELDS.stream().map(f -> name + "." + f).toList());
        whole = false;
        continue;
      }
      Object field = type(entry.key()).read(name + "." + entry.key(), entry.value(), at, problems);
      whole &= field != null;
      if (field != null) {
        read.put(entry.key(), field);
      }
    }
    if (!whole) {
      return null;
    }
    try {
      return key(read);
    } catch (IllegalArgumentException wrong) {
      problems.add(name, String.valueOf(wrong.getMessage()), origin, ADVICE);
      return null;
    }
  }

  private static SettingType<?> type(String field) {
    return switch (field) {
      case "subscribe", "publish" -> PATTERNS;
      case "roles" -> TEXTS;
      case "tickets" -> TRUTH;
      case "expires" -> MOMENT;
      default -> TEXT;
    };
  }

  @SuppressWarnings("unchecked") // each was read by the type of its field
  private static ApiKeyOptions key(Map<String, Object> read) {
    for (String needed : List.of("name", "id", "hash")) {
      if (!read.containsKey(needed)) {
        throw new IllegalArgumentException("a key without " + needed);
      }
    }
    return new ApiKeyOptions(
        String.valueOf(read.get("name")),
        String.valueOf(read.get("id")),
        String.valueOf(read.get("hash")),
        new Grants(
            (List<ChannelPattern>) read.getOrDefault("subscribe", List.of()),
            (List<ChannelPattern>) read.getOrDefault("publish", List.of())),
        Set.copyOf((List<String>) read.getOrDefault("roles", List.of())),
        (Boolean) read.getOrDefault("tickets", false),
        ((Optional<Instant>) read.getOrDefault("expires", Optional.empty())).orElse(null));
  }

  private static ChannelPattern pattern(String text) {
    try {
      return ChannelPattern.parse(text);
    } catch (InvalidEventException e) {
      throw new IllegalArgumentException(e.detail(), e);
    }
  }

  private static Instant moment(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(text + " is not a moment", e);
    }
  }

  @Override
  public ConfigValue write(List<ApiKeyOptions> keys) {
    return new Sequence(keys.stream().map(ApiKeysType::write).toList());
  }

  private static ConfigValue write(ApiKeyOptions key) {
    return new Mapping(
        List.of(
            new Entry("name", new Text(key.name()), 0),
            new Entry("id", new Text(key.id()), 0),
            new Entry("hash", new Text(key.hash()), 0),
            new Entry("subscribe", PATTERNS.write(key.grants().subscribe()), 0),
            new Entry("publish", PATTERNS.write(key.grants().publish()), 0),
            new Entry("roles", TEXTS.write(key.roles().stream().sorted().toList()), 0),
            new Entry("tickets", TRUTH.write(key.tickets()), 0),
            new Entry("expires", MOMENT.write(Optional.ofNullable(key.expires())), 0)));
  }

  @Override
  public String kind() {
    return "keys";
  }

  @Override
  public String range() {
    return "a list of {name, id, hash, subscribe, publish, roles, tickets, expires}";
  }
}
