package io.sluice.server;

import java.util.List;

/**
 * A setting's value before it is understood, and after it is written down again: text, or a tree of
 * it. Every source of settings is turned into this, so that all are read by the same rules.
 */
sealed interface ConfigValue {

  /** A scalar as it stands in the source, without the source's quotes. */
  record Text(String text) implements ConfigValue {}

  /** Keys and values in the order of the source, each key once. */
  record Mapping(List<Entry> entries) implements ConfigValue {
    /** Takes a copy of the list. */
    public Mapping {
      entries = List.copyOf(entries);
    }
  }

  /** Values in the order of the source. */
  record Sequence(List<ConfigValue> items) implements ConfigValue {
    /** Takes a copy of the list. */
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /**
   * One line of a mapping.
   *
   * @param line of the key, from 1
   */
  record Entry(String key, ConfigValue value, int line) {}

  /** What to call it in a message. */
  default String described() {
    return switch (this) {
      case Text text -> text.text().isBlank() ? "nothing" : text.text();
      case Mapping mapping -> "a mapping";
      case Sequence sequence -> "a list";
    };
  }
}
