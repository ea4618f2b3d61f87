package io.sluice.server;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages of other sites away from a hub that asks nobody who they are.
 *
 * <p>A browser lets every page send requests to {@code localhost}: without this, any site that a
 * developer visits could publish. Two rules stop that on a loopback address. The {@code Origin}
 * that a browser names must be a page of this machine. And the {@code Host} must be a name of this
 * machine, or a site could let its own name point at 127.0.0.1 and be of the same origin (DNS
 * rebinding).
 *
 * <p>On other addresses the names of the machine aren't known, so {@code Host} isn't checked, and
 * the origin must be the same as the {@code Host}: pages of the hub's own address and port. A
 * rebound name passes there; who listens there without authentication has said that he knows.
 *
 * <p>What isn't a browser sends no {@code Origin} and is let through.
 *
 * <p>Thread-safe.
 */
final class OriginGuard implements Endpoint {

  private static final Fields VARY = Fields.of("Vary", "Origin");
  private static final Fields EXPOSED =
      VARY.and("Access-Control-Expose-Headers", "Retry-After, Date");
  private static final Fields PREFLIGHT =
      Fields.of(
          "Access-Control-Allow-Methods",
          "GET, HEAD, POST, PATCH, DELETE",
          "Access-Control-Allow-Headers",
          "Content-Type, Last-Event-ID, Idempotency-Key, Authorization, Cache-Control",
          "Access-Control-Max-Age",
          "600");

  private final Endpoint next;
  private final boolean loopback;
  private volatile String lastLocal = "localhost";

  private OriginGuard(Endpoint next, boolean loopback) {
    this.next = next;
    this.loopback = loopback;
  }

  /**
   * Guards a hub on a loopback address.
   *
   * @param next answers what passes
   */
  static OriginGuard onLoopback(Endpoint next) {
    return new OriginGuard(next, true);
  }

  /**
   * Guards a hub on any other address.
   *
   * @param next answers what passes
   */
  static OriginGuard onAnyAddress(Endpoint next) {
    return new OriginGuard(next, false);
  }

  @Override
  public void handle(Exchange exchange) {
    String host = exchange.authority();
    if (loopback && host != null && !isLocal(host)) {
      exchange.refuse(
          Problem.of(
              403,
              "foreign-host",
              "a hub on a loopback address answers to localhost, 127.0.0.1 and [::1], not to "
                  + host));
      return;
    }
    String origin = exchange.header("origin");
    if (origin == null) {
      exchange.addFields(VARY);
      next.handle(exchange);
    } else if (mayUse(origin, host)) {
      allow(exchange, origin);
    } else {
      exchange.addFields(VARY);
      exchange.refuse(
          Problem.of(
              403,
              "foreign-origin",
              loopback
                  ? "a hub on a loopback address lets in pages of localhost, not of " + origin
                  : "pages of " + origin + " may not use the hub at " + host));
    }
  }

  // Requests come in thousands with the same name; the last good one is worth remembering.
  private boolean isLocal(String host) {
    if (host.equals(lastLocal)) {
      return true;
    }
    boolean local = isLoopback(host);
    if (local) {
      lastLocal = host;
    }
    return local;
  }

  private void allow(Exchange exchange, String origin) {
    exchange.addFields(EXPOSED.and("Access-Control-Allow-Origin", origin));
    if (exchange.method().equals("OPTIONS")
        && exchange.header("access-control-request-method") != null) {
      exchange.respond(204, PREFLIGHT);
    } else {
      next.handle(exchange);
    }
  }

  // "null" is what a browser says for sandboxed frames and files, which every site can make.
  private boolean mayUse(String origin, @Nullable String host) {
    int scheme = origin.indexOf("://");
    if (scheme < 0 || !isWeb(origin.substring(0, scheme))) {
      return false;
    }
    String authority = origin.substring(scheme + 3);
    return loopback ? isLoopback(authority) : authority.equalsIgnoreCase(host);
  }

  private static boolean isWeb(String scheme) {
    return scheme.equals("http") || scheme.equals("https");
  }

  /**
   * Whether a host, with a port or without one, is always this machine: {@code localhost} and what
   * ends with {@code .localhost} (RFC 6761, section 6.3), 127.0.0.0/8 and {@code [::1]}.
   */
  static boolean isLoopback(String authority) {
    String host = withoutPort(authority.toLowerCase(Locale.ROOT));
    return host != null
        && (host.equals("localhost")
            || (host.endsWith(".localhost") && isName(host))
            || host.equals("[::1]")
            || isLoopbackAddress(host));
  }

  private static @Nullable String withoutPort(String authority) {
    int colon = authority.indexOf(':', authority.startsWith("[") ? authority.indexOf(']') : 0);
    if (colon < 0) {
      return authority;
    }
    String port = authority.substring(colon + 1);
    boolean valid =
        !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(OriginGuard::isDigit);
    return valid ? authority.substring(0, colon) : null;
  }

  private static boolean isName(String host) {
    return host.chars().allMatch(c -> (c >= 'a' && c <= 'z') || isDigit(c) || c == '-' || c == '.');
  }

  // Four numbers: other notations of an address (127.1) aren't what browsers send.
  private static boolean isLoopbackAddress(String host) {
    String[] parts = host.split("\\.", -1);
    if (parts.length != 4 || !parts[0].equals("127")) {
      return false;
    }
    for (String part : parts) {
      if (part.isEmpty()
          || part.length() > 3
          || !part.chars().allMatch(OriginGuard::isDigit)
          || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
