package io.sluice.bench;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The two forms of a report: lines with a name before them, and JSON. One caller at a time. */
final class TextTable {

  private final StringBuilder lines = new StringBuilder();

  void row(String name, String text) {
    lines.append("%-14s ".formatted(name)).append(text).append('\n');
  }

  @Override
  public String toString() {
    return lines.toString();
  }

  /** One JSON object of numbers on one line. */
  static String json(Map<String, Number> figures) {
    return figures.entrySet().stream()
        .map(figure -> "\"" + figure.getKey() + "\":" + number(figure.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String number(Number value) {
    return value instanceof Double real
        ? String.format(Locale.ROOT, "%.3f", real)
        : value.toString();
  }
}
