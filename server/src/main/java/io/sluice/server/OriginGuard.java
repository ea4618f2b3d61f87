package io.sluice.server;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which pages may use the hub, and tells browsers so (Fetch standard, CORS protocol).
 *
 * <p>A browser lets every page send requests to every server, with the cookies that it has for it.
 * CORS keeps answers from pages that may not read them, but a request has been carried out by then.
 * So requests of foreign pages are refused, whatever they are:
 *
 * <ul>
 *   <li>The {@code Origin} that a browser names must be a page of the hub itself, or one of {@link
 *       CorsRules#origins}. On a loopback address without any named, pages of this machine may do
 *       all.
 *   <li>What changes something ({@code POST}, {@code PATCH}, {@code DELETE}) and comes without an
 *       {@code Origin} is refused if the browser says in {@code Sec-Fetch-Site} that another site's
 *       page has sent it.
 *   <li>A page that is named, but without credentials, may not change anything with a cookie: a
 *       form can send one, although the page couldn't read the answer.
 *   <li>On a loopback address, {@code Host} must be a name of this machine, or a site could let its
 *       own name point at 127.0.0.1 and be of the same origin (DNS rebinding). On other addresses
 *       the names of the machine aren't known. A rebound name passes there, but has no cookie and
 *       no token of anybody.
 * </ul>
 *
 * <p>What isn't a browser sends none of these fields and is let through: who it is, others ask.
 *
 * <p>Thread-safe.
 */
final class OriginGuard implements Endpoint {

  private static final String SITE = "sec-fetch-site";

  /** With every answer. Referrers go to other sites, and a URL may have a token or a ticket. */
  private static final Fields ALWAYS =
      Fields.of("Vary", "Origin", "Referrer-Policy", "no-referrer");

  private static final Fields ALLOWED =
      ALWAYS.and("Access-Control-Expose-Headers", "Retry-After, Date");

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  /** What pages of an origin may do. */
  private record Grant(String origin, Fields fields) {}

  private final Endpoint next;
  private final boolean loopback;
  private final CorsRules rules;
  private final Set<WebOrigin> named = new HashSet<>();
  private final Fields preflight;

  // Requests come in thousands with the same name and origin; the last good ones are worth
  // remembering.
  private volatile String lastLocal = "localhost";
  private volatile Grant lastGrant = new Grant("", Fields.NONE);

  private OriginGuard(Endpoint next, boolean loopback, CorsRules rules) {
    this.next = next;
    this.loopback = loopback;
    this.rules = rules;
    preflight =
        Fields.of(
            "Access-Control-Allow-Methods",
            "GET, HEAD, POST, PATCH, DELETE",
            "Access-Control-Allow-Headers",
            "Authorization, Last-Event-ID, Content-Type, Idempotency-Key, Cache-Control",
            "Access-Control-Max-Age",
            Long.toString(rules.maxAge().toSeconds()));
    for (String origin : rules.origins()) {
      WebOrigin parsed = WebOrigin.parse(origin);
      if (parsed != null) {
        named.add(parsed);
      }
    }
  }

  /**
   * Guards a hub on a loopback address.
   *
   * @param next answers what passes
   */
  static OriginGuard onLoopback(Endpoint next, CorsRules rules) {
    return new OriginGuard(next, true, rules);
  }

  /**
   * Guards a hub on any other address.
   *
   * @param next answers what passes
   */
  static OriginGuard onAnyAddress(Endpoint next, CorsRules rules) {
    return new OriginGuard(next, false, rules);
  }

  @Override
  public void handle(Exchange exchange) {
    String host = exchange.authority();
    String origin = exchange.header("origin");
    if (loopback && host != null && !isLocal(host)) {
      exchange.addFields(ALWAYS);
      exchange.refuse(
          Problem.of(
              403,
              "foreign-host",
              "a hub on a loopback address answers to localhost, 127.0.0.1 and [::1], not to "
                  + host));
    } else if (origin == null) {
      exchange.addFields(ALWAYS);
      passUnlessFromAnotherSite(exchange);
    } else if (isOwn(exchange, origin, host)) {
      exchange.addFields(ALWAYS);
      next.handle(exchange);
    } else {
      passIfGranted(exchange, origin, host);
    }
  }

  // Without an Origin: a program, a link, or an old browser that tells nothing of where it comes
  // from. A browser that tells is believed.
  private void passUnlessFromAnotherSite(Exchange exchange) {
    String site = exchange.header(SITE);
    if (SAFE.contains(exchange.method())
        || site == null
        || site.equals("same-origin")
        || site.equals("none")) {
      next.handle(exchange);
    } else {
      exchange.refuse(
          Problem.of(
              403,
              "foreign-origin",
              "a page of another origin has sent this (Sec-Fetch-Site: "
                  + site
                  + "), and may change nothing here"));
    }
  }

  // What the browser says of it counts for more than the names, which a proxy may have changed. No
  // page can set it.
  private static boolean isOwn(Exchange exchange, String origin, @Nullable String host) {
    String site = exchange.header(SITE);
    if (site != null) {
      return site.equals("same-origin");
    }
    WebOrigin page = WebOrigin.parse(origin);
    return page != null
        && page.isWeb()
        && host != null
        && page.equals(WebOrigin.parse(page.scheme() + "://" + host));
  }

  private void passIfGranted(Exchange exchange, String origin, @Nullable String host) {
    Grant grant = grant(origin);
    if (grant == null) {
      exchange.addFields(ALWAYS);
      exchange.refuse(foreignOrigin(origin, host));
      return;
    }
    exchange.addFields(grant.fields());
    if (exchange.method().equals("OPTIONS")
        && exchange.header("access-control-request-method") != null) {
      exchange.respond(204, preflight);
    } else if (mayUseCookies()
        || SAFE.contains(exchange.method())
        || exchange.header("cookie") == null) {
      next.handle(exchange);
    } else {
      exchange.refuse(
          Problem.of(
              403,
              "foreign-cookie",
              "pages of "
                  + origin
                  + " may change nothing here with a cookie, unless cors.credentials is set"));
    }
  }

  // Where nobody named origins, pages of this machine are trusted with all.
  private boolean mayUseCookies() {
    return rules.credentials() || rules.origins().isEmpty();
  }

  private Problem foreignOrigin(String origin, @Nullable String host) {
    String detail;
    if (!rules.origins().isEmpty()) {
      detail = "cors.origins doesn't name " + origin;
    } else if (loopback) {
      detail = "a hub on a loopback address lets in pages of localhost, not of " + origin;
    } else {
      detail =
          "pages of "
              + origin
              + " may not use the hub at "
              + host
              + ", unless cors.origins names"
              + " them";
    }
    return Problem.of(403, "foreign-origin", detail);
  }

  private @Nullable Grant grant(String origin) {
    Grant last = lastGrant;
    if (origin.equals(last.origin())) {
      return last;
    }
    if (!isGranted(origin)) {
      return null;
    }
    Fields fields =
        ALLOWED.and("Access-Control-Allow-Origin", rules.allowsAny() ? CorsRules.ANY : origin);
    Grant grant =
        new Grant(
            origin,
            rules.credentials() ? fields.and("Access-Control-Allow-Credentials", "true") : fields);
    lastGrant = grant;
    return grant;
  }

  // "null" is what a browser says for sandboxed frames and files, which every site can make.
  private boolean isGranted(String origin) {
    if (rules.allowsAny()) {
      return true;
    }
    WebOrigin page = WebOrigin.parse(origin);
    if (page == null) {
      return false;
    }
    return rules.origins().isEmpty()
        ? loopback && page.isWeb() && isLoopback(page.host())
        : named.contains(page);
  }

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
