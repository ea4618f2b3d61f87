package io.sluice.server;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request's query, in order. Written as forms are: {@code a=1&b=2}, a {@code +}
 * is a space. How many there can be is bounded by the size of a request's head.
 *
 * <p>Immutable.
 */
final class Query {

  static final Query EMPTY = new Query(List.of());

  private final List<String> namesAndValues;

  private Query(List<String> namesAndValues) {
    this.namesAndValues = namesAndValues;
  }

  /**
   * @throws RefusedException with 400 {@code malformed-query} if it can't be decoded
   */
  static Query parse(String text) {
    if (text.isEmpty()) {
      return EMPTY;
    }
    List<String> namesAndValues = new ArrayList<>();
    int start = 0;
    while (start <= text.length()) {
      int end = text.indexOf('&', start);
      if (end < 0) {
        end = text.length();
      }
      if (end > start) {
        int equals = text.indexOf('=', start);
        boolean bare = equals < 0 || equals > end;
        String place = "parameter " + (namesAndValues.size() / 2 + 1);
        String name = decode(text.substring(start, bare ? end : equals), "the name of " + place);
        namesAndValues.add(name);
        namesAndValues.add(
            bare ? "" : decode(text.substring(equals + 1, end), place + ", " + name + ","));
      }
      start = end + 1;
    }
    return new Query(namesAndValues);
  }

  // What can't be decoded isn't repeated: it may be a token that was cut.
  private static String decode(String text, String what) {
    String decoded = PercentDecoder.decode(text, true);
    if (decoded == null) {
      throw new RefusedException(
          Problem.badRequest(
              "malformed-query", "the query must be percent-encoded UTF-8; " + what + " isn't"));
    }
    return decoded;
  }

  /** The value of the first parameter with this name, null if there is none. */
  @Nullable String first(String name) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equals(name)) {
        return namesAndValues.get(i + 1);
      }
    }
    return null;
  }

  /** The values of all parameters with this name, in order. */
  List<String> all(String name) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equals(name)) {
        values.add(namesAndValues.get(i + 1));
      }
    }
    return values;
  }

  /** Whether there is a parameter with this name. */
  boolean has(String name) {
    return first(name) != null;
  }
}
