package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Header fields of a response, checked and encoded once: most answers of a server carry the same
 * few.
 *
 * <p>Immutable.
 */
final class Fields {

  static final Fields NONE = new Fields(new String[0]);

  private final String[] namesAndValues;
  private final byte[] http1;
  private final AsciiString[] http2;

  private Fields(String[] namesAndValues) {
    this.namesAndValues = namesAndValues;
    StringBuilder lines = new StringBuilder();
    http2 = new AsciiString[namesAndValues.length];
    for (int i = 0; i < namesAndValues.length; i += 2) {
      String name = namesAndValues[i];
      String value = namesAndValues[i + 1];
      lines.append(name).append(": ").append(value).append("\r\n");
      http2[i] = AsciiString.of(name.toLowerCase(Locale.ROOT));
      http2[i + 1] = AsciiString.of(value);
    }
    http1 = lines.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * @param namesAndValues a name, its value, the next name and so on
   * @throws IllegalArgumentException if a name isn't a token, or a value has anything but visible
   *     ASCII characters, spaces and tabs (RFC 9110, section 5.5): no client can smuggle a line
   *     break into a response
   */
  static Fields of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("names and values must come in pairs");
    }
    for (int i = 0; i < namesAndValues.length; i += 2) {
      checkName(namesAndValues[i]);
      checkValue(namesAndValues[i + 1]);
    }
    return new Fields(namesAndValues.clone());
  }

  /** The same of names and their values. */
  static Fields of(Map<String, String> values) {
    return of(
        values.entrySet().stream()
            .flatMap(field -> Stream.of(field.getKey(), field.getValue()))
            .toArray(String[]::new));
  }

  /** These fields and one more. */
  Fields and(String name, String value) {
    return and(of(name, value));
  }

  /** These fields and then those. */
  Fields and(Fields others) {
    if (namesAndValues.length == 0) {
      return others;
    }
    if (others.namesAndValues.length == 0) {
      return this;
    }
    int length = namesAndValues.length;
    String[] all = new String[length + others.namesAndValues.length];
    System.arraycopy(namesAndValues, 0, all, 0, length);
    System.arraycopy(others.namesAndValues, 0, all, length, others.namesAndValues.length);
    return new Fields(all);
  }

  /** Bytes that {@link #writeTo} writes. */
  int http1Length() {
    return http1.length;
  }

  /** Writes the fields as HTTP/1 lines, each with its line break. */
  void writeTo(ByteBuf out) {
    out.writeBytes(http1);
  }

  /** Adds the fields to the head of an HTTP/2 response. */
  void addTo(Http2Headers headers) {
    for (int i = 0; i < http2.length; i += 2) {
      headers.add(http2[i], http2[i + 1]);
    }
  }

  /** Throws {@code IllegalArgumentException} for what is no token (RFC 9110, section 5.6.2). */
  static void checkName(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a header field needs a name");
    }
    for (int i = 0; i < name.length(); i++) {
      if (!isToken(name.charAt(i))) {
        throw new IllegalArgumentException(
            "the name of a header field must be a token; character " + i + " of it isn't");
      }
    }
  }

  private static boolean isToken(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  private static void checkValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c > '~') {
        throw new IllegalArgumentException(
            "the value of a header field may have visible ASCII characters, spaces and tabs;"
                + " character "
                + i
                + " of it is something else");
      }
    }
  }

  @Override
  public String toString() {
    return new String(http1, StandardCharsets.US_ASCII);
  }
}
