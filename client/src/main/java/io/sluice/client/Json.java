package io.sluice.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON that a hub says (RFC 8259): short objects, mostly flat. An application's own data
 * is left to a {@link Codec}.
 *
 * <p>Objects are maps, arrays lists, numbers {@code Double}; {@code null} members are left out.
 *
 * <p>One reader reads one text. Confined to its caller.
 */
final class Json {

  private static final int MAX_DEPTH = 32;

  private final String text;
  private int at;

  /** What isn't JSON. Never leaves this class. */
  private static final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedException() {
      super(null, null, false, false);
    }
  }

  private Json(String text) {
    this.text = text;
  }

  /** The object that the text is; empty if it isn't one. */
  static Optional<Map<String, Object>> object(String text) {
    Json json = new Json(text);
    try {
      json.skipSpace();
      if (!json.nextIs('{')) {
        return Optional.empty();
      }
      Map<String, Object> object = json.object(0);
      json.skipSpace();
      return json.at == text.length() ? Optional.of(object) : Optional.empty();
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  static Optional<String> text(Map<String, Object> object, String name) {
    return object.get(name) instanceof String value ? Optional.of(value) : Optional.empty();
  }

  static OptionalLong wholeNumber(Map<String, Object> object, String name) {
    return object.get(name) instanceof Double number && number == Math.rint(number)
        ? OptionalLong.of(number.longValue())
        : OptionalLong.empty();
  }

  /** The texts of an array; empty if there is no such array. */
  static List<String> texts(Map<String, Object> object, String name) {
    return object.get(name) instanceof List<?> list
        ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : List.of();
  }

  private Map<String, Object> object(int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    skipSpace();
    if (nextIs('}')) {
      return members;
    }
    while (true) {
      skipSpace();
      require('"');
      String name = string();
      skipSpace();
      require(':');
      Object value = value(depth + 1);
      if (value != null) {
        members.put(name, value);
      }
      skipSpace();
      if (nextIs('}')) {
        return members;
      }
      require(',');
    }
  }

  private List<Object> array(int depth) {
    List<Object> values = new ArrayList<>();
    skipSpace();
    if (nextIs(']')) {
      return values;
    }
    while (true) {
      Object value = value(depth + 1);
      if (value != null) {
        values.add(value);
      }
      skipSpace();
      if (nextIs(']')) {
        return values;
      }
      require(',');
    }
  }

  private @Nullable Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw new MalformedException();
    }
    skipSpace();
    if (nextIs('"')) {
      return string();
    }
    if (nextIs('{')) {
      return object(depth);
    }
    if (nextIs('[')) {
      return array(depth);
    }
    String word = word();
    return switch (word) {
      case "true" -> true;
      case "false" -> false;
      case "null" -> null;
      default -> number(word);
    };
  }

  private static Double number(String word) {
    if (!word.matches("-?[0-9]{1,30}(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,4})?")) {
      throw new MalformedException();
    }
    return Double.valueOf(word);
  }

  private String word() {
    int start = at;
    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private String string() {
    int start = at;
    StringBuilder unescaped = null;
    while (true) {
      char c = next();
      if (c == '"') {
        return unescaped == null ? text.substring(start, at - 1) : unescaped.toString();
      }
      if (c < ' ') {
        throw new MalformedException();
      }
      if (c == '\\') {
        if (unescaped == null) {
          unescaped = new StringBuilder().append(text, start, at - 1);
        }
        unescaped.append(escaped());
      } else if (unescaped != null) {
        unescaped.append(c);
      }
    }
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> (char) (hex() << 12 | hex() << 8 | hex() << 4 | hex());
      default -> throw new MalformedException();
    };
  }

  private int hex() {
    int digit = Character.digit(next(), 16);
    if (digit < 0) {
      throw new MalformedException();
    }
    return digit;
  }

  private char next() {
    if (at == text.length()) {
      throw new MalformedException();
    }
    return text.charAt(at++);
  }

  private boolean nextIs(char wanted) {
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void require(char wanted) {
    if (!nextIs(wanted)) {
      throw new MalformedException();
    }
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
