package io.sluice.access;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the application's own backend is asked whose a session is.
 *
 * <p>Immutable.
 *
 * @param url what is asked, by GET
 * @param cookie name of the cookie that is passed on; null if it is a header
 * @param header name of the header that is passed on; null if it is a cookie
 * @param timeout an answer that takes longer is none: 100 ms to 10 s
 * @param cache for how long an answer is good: up to 10 minutes. A session that ended is believed
 *     for so much longer
 */
public record SessionOptions(
    URI url, @Nullable String cookie, @Nullable String header, Duration timeout, Duration cache) {

  /** An answer that takes longer is none, where nothing else is said. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

  /** For how long an answer is good where nothing else is said. */
  public static final Duration DEFAULT_CACHE = Duration.ofSeconds(30);

  private static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MAX_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration MAX_CACHE = Duration.ofMinutes(10);

  // RFC 9110, section 5.6.2.
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");

  /**
   * @throws IllegalArgumentException for a URL that can't be asked, both or none of cookie and
   *     header, a name that isn't one, or times out of bounds
   */
  public SessionOptions {
    Endpoint.check(url);
    String name = cookie == null ? header : cookie;
    if (name == null || (cookie != null && header != null)) {
      throw new IllegalArgumentException(
          "a session is in a cookie or in a header: name one of them");
    }
    if (!TOKEN.matcher(name).matches()) {
      throw new IllegalArgumentException("\"" + name + "\" can't be a cookie's or header's name");
    }
    if (header != null) {
      checkMayBeSent(url, header);
    }
    if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "a timeout of "
              + timeout.toMillis()
              + " ms is out of bounds: "
              + MIN_TIMEOUT.toMillis()
              + " ms to "
              + MAX_TIMEOUT.toMillis()
              + " ms");
    }
    if (cache.isNegative() || cache.compareTo(MAX_CACHE) > 0) {
      throw new IllegalArgumentException(
          "answers can't be kept for "
              + cache.toSeconds()
              + " s: 0 to "
              + MAX_CACHE.toSeconds()
              + " s, by so much a session lives longer");
    }
  }

  /** The session is in a cookie. */
  public static SessionOptions byCookie(URI url, String name) {
    return new SessionOptions(url, name, null, DEFAULT_TIMEOUT, DEFAULT_CACHE);
  }

  /** The session is in a header. */
  public static SessionOptions byHeader(URI url, String name) {
    return new SessionOptions(url, null, name, DEFAULT_TIMEOUT, DEFAULT_CACHE);
  }

  /** The same with another timeout. */
  public SessionOptions withTimeout(Duration bound) {
    return new SessionOptions(url, cookie, header, bound, cache);
  }

  /** The same with answers kept for another time. */
  public SessionOptions withCache(Duration time) {
    return new SessionOptions(url, cookie, header, timeout, time);
  }

  private static void checkMayBeSent(URI url, String header) {
    try {
      HttpRequest.newBuilder(url).header(header, "x");
    } catch (IllegalArgumentException restricted) {
      throw new IllegalArgumentException(
          "the header " + header + " is the connection's own and can't be passed on", restricted);
    }
  }
}
