package io.sluice.wire;

import java.util.Collection;

/**
 * Writes one flat JSON object (RFC 8259): all that the hub's own events need.
 *
 * <p>Not thread-safe.
 */
public final class FlatJson {
  private final StringBuilder out = new StringBuilder("{");

  /** Adds a member whose value is written as it prints: a number, a truth. */
  public FlatJson add(String name, Object value) {
    out.append(out.length() == 1 ? "" : ",").append('"').append(name).append("\":").append(value);
    return this;
  }

  /** Adds a string. */
  public FlatJson add(String name, String value) {
    return add(name, quoted(value));
  }

  /** Adds an array of strings. */
  public FlatJson add(String name, Collection<String> values) {
    StringBuilder array = new StringBuilder("[");
    for (String value : values) {
      array.append(array.length() == 1 ? "" : ",").append(quoted(value));
    }
    return add(name, array.append(']'));
  }

  private static StringBuilder quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"');
  }

  /** The object. */
  @Override
  public String toString() {
    return out + "}";
  }
}
