package io.sluice.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Text with places for values: {@code orders/{order.id}}.
 *
 * <p>Immutable.
 */
final class TextTemplate {

  /** Text as it is, or, between braces, the names that lead to a value. */
  private sealed interface Part {
    record Text(String text) implements Part {}

    record Place(List<String> names) implements Part {}
  }

  private final String source;
  private final List<Part> parts = new ArrayList<>();

  /**
   * @throws IllegalArgumentException if a brace has no other, or no name between them
   */
  TextTemplate(String source) {
    this.source = source;
    int at = 0;
    while (at < source.length()) {
      int open = source.indexOf('{', at);
      int end = open < 0 ? source.length() : open;
      if (source.substring(at, end).indexOf('}') >= 0) {
        throw wrong("has a } without a { before it");
      }
      if (end > at) {
        parts.add(new Part.Text(source.substring(at, end)));
      }
      at = end;
      if (open >= 0) {
        int close = source.indexOf('}', open);
        if (close < 0) {
          throw wrong("has a { without a } after it");
        }
        parts.add(place(source.substring(open + 1, close)));
        at = close + 1;
      }
    }
  }

  private Part.Place place(String path) {
    List<String> names = List.of(path.split("\\.", -1));
    for (String name : names) {
      if (name.isEmpty() || !name.chars().allMatch(Character::isJavaIdentifierPart)) {
        throw wrong("has {" + path + "}; a place is a name, or names with dots between");
      }
    }
    return new Part.Place(names);
  }

  private IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException("\"" + source + "\" " + why);
  }

  /** The first name of each place. */
  List<String> roots() {
    return parts.stream()
        .filter(Part.Place.class::isInstance)
        .map(part -> ((Part.Place) part).names().getFirst())
        .toList();
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /**
   * The text with the values in their places.
   *
   * @param values finds what a place's names lead to
   * @throws IllegalArgumentException if there is none, or it isn't text of one segment of a channel
   */
  String fill(Function<List<String>, @Nullable Object> values) {
    StringBuilder filled = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Text(String text) -> filled.append(text);
        case Part.Place(List<String> names) -> filled.append(segment(names, values.apply(names)));
      }
    }
    return filled.toString();
  }

  // A slash would make it another channel, and with it perhaps somebody else's.
  private String segment(List<String> names, @Nullable Object value) {
    String text = value == null ? "" : value.toString();
    if (text.isEmpty() || text.indexOf('/') >= 0 || text.indexOf('*') >= 0) {
      throw wrong(
          "can't be filled: {"
              + String.join(".", names)
              + "} is "
              + (value == null ? "null" : "\"" + text + "\"")
              + "; it must be text without / and *");
    }
    return text;
  }

  @Override
  public String toString() {
    return source;
  }
}
