package io.sluice.server;

import io.sluice.server.ConfigValue.Sequence;
import io.sluice.server.ConfigValue.Text;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type whose values are lists of what is written in one piece: a list in a file, separated by
 * commas elsewhere.
 *
 * @param item the type of each
 */
record ListType<T>(ScalarType<T> item) implements SettingType<List<T>> {

  private static final String NONE = "none";

  @Override
  public @Nullable List<T> read(String name, ConfigValue value, Origin origin, Problems problems) {
    List<ConfigValue> parts = new ArrayList<>();
    switch (value) {
      case Sequence(List<ConfigValue> items) -> parts.addAll(items);
      case Text(String text) when text.strip().equals(NONE) -> {}
      case Text(String text) -> {
        for (String part : text.split(",", -1)) {
          parts.add(new Text(part));
        }
      }
      case ConfigValue.Mapping mapping -> {
        problems.add(name, "a mapping is not a list", origin, "allowed: " + range());
        return null;
      }
    }
    List<T> read = new ArrayList<>();
    for (ConfigValue part : parts) {
      T one = item.read(name, part, origin, problems);
      if (one != null) {
        read.add(one);
      }
    }
    return read.size() == parts.size() ? List.copyOf(read) : null;
  }

  @Override
  public ConfigValue write(List<T> values) {
    return values.isEmpty()
        ? new Text(NONE)
        : new Sequence(values.stream().map(item::write).toList());
  }

  @Override
  public String kind() {
    return "list";
  }

  @Override
  public String range() {
    return item.range() + "; several in a list or with commas, or none";
  }
}
