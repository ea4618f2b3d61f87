package io.sluice.access;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads whom a proxy names, in the two ways that proxies have of saying it. Stateless. */
final class ForwardedNode {

  // RFC 7239, section 6: node-port. An obfuscated one goes with an address too.
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}|_[A-Za-z0-9._-]+");

  private ForwardedNode() {}

  /**
   * Reads an element of X-Forwarded-For: {@code 192.0.2.1}, {@code 2001:db8::1}, and both with a
   * port, as some proxies write them.
   *
   * @return null if it is none of these
   */
  static @Nullable InetAddress ofXForwardedFor(String element) {
    return element.startsWith("[") || element.indexOf(':') == element.lastIndexOf(':')
        ? node(element)
        : AddressText.parse(element);
  }

  /**
   * Reads an element of Forwarded (RFC 7239, section 4).
   *
   * @return the address of its {@code for}; null if there is none or it isn't one ({@code unknown},
   *     {@code _hidden}), or the element is malformed
   */
  static @Nullable InetAddress ofForwarded(String element) {
    String found = null;
    Cursor at = new Cursor(element);
    do {
      at.skipSpace();
      if (at.isAt(';') || at.isAtEnd()) {
        continue;
      }
      String name = at.token();
      if (name == null || !at.take('=')) {
        return null;
      }
      String value = at.isAt('"') ? at.quoted() : at.token();
      if (value == null) {
        return null;
      }
      if (name.equalsIgnoreCase("for")) {
        if (found != null) {
          return null; // section 4: a parameter comes once
        }
        found = value;
      }
      at.skipSpace();
    } while (at.take(';'));
    return found == null || !at.isAtEnd() ? null : node(found);
  }

  // RFC 7239, section 6: node. Obfuscated and unknown ones are no address.
  private static @Nullable InetAddress node(String text) {
    boolean v6 = text.startsWith("[");
    int end = v6 ? text.indexOf(']') : text.indexOf(':');
    if (v6 && end < 0) {
      return null;
    }
    String host = text.substring(v6 ? 1 : 0, end < 0 ? text.length() : end);
    String rest = end < 0 ? "" : text.substring(v6 ? end + 1 : end);
    boolean port = rest.startsWith(":") && PORT.matcher(rest.substring(1)).matches();
    if (v6 != host.indexOf(':') >= 0 || (!rest.isEmpty() && !port)) {
      return null;
    }
    return AddressText.parse(host);
  }

  /** A place in an element. Confined to one reading. */
  private static final class Cursor {

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private final String text;
    private int at;

    Cursor(String text) {
      this.text = text;
    }

    boolean isAtEnd() {
      return at == text.length();
    }

    boolean isAt(char c) {
      return at < text.length() && text.charAt(at) == c;
    }

    boolean take(char c) {
      if (!isAt(c)) {
        return false;
      }
      at++;
      return true;
    }

    void skipSpace() {
      while (isAt(' ') || isAt('\t')) {
        at++;
      }
    }

    // RFC 9110, section 5.6.2; null if none is here.
    @Nullable String token() {
      int from = at;
      while (at < text.length() && isTokenChar(text.charAt(at))) {
        at++;
      }
      return at == from ? null : text.substring(from, at);
    }

    private static boolean isTokenChar(char c) {
      return (c >= '0' && c <= '9')
          || (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || TOKEN_MARKS.indexOf(c) >= 0;
    }

    // RFC 9110, section 5.6.4; null if it doesn't end.
    @Nullable String quoted() {
      StringBuilder value = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == '"') {
          at++;
          return value.toString();
        }
        if (c == '\\' && ++at == text.length()) {
          return null;
        }
        value.append(text.charAt(at));
      }
      return null;
    }
  }
}
