package io.sluice.server;

import java.time.Duration;
import java.util.List;

/**
 * Pages of which other origins may use the hub from a browser (CORS).
 *
 * <p>Immutable.
 *
 * @param origins {@code https://app.example}, with a port where it isn't the scheme's usual one; or
 *     {@code *} alone for all of them. Without any, the hub decides by where it listens
 * @param credentials whether those pages may send cookies
 * @param maxAge how long a browser may remember what it was allowed, whole seconds
 */
public record CorsRules(List<String> origins, boolean credentials, Duration maxAge) {

  /** Any origin. */
  public static final String ANY = "*";

  /** What browsers keep at most: Firefox a day, the others less. */
  private static final Duration MAX_AGE = Duration.ofDays(1);

  /** No origins named, and ten minutes. */
  public static final CorsRules NONE = new CorsRules(List.of(), false, Duration.ofMinutes(10));

  /**
   * @throws IllegalArgumentException if an origin isn't one, if {@code *} isn't alone or comes with
   *     credentials, or if the time is negative or over a day
   */
  public CorsRules {
    origins = List.copyOf(origins);
    for (String origin : origins) {
      if (!origin.equals(ANY) && WebOrigin.parse(origin) == null) {
        throw new IllegalArgumentException(
            "'"
                + origin
                + "' is no origin, which has a scheme, a host, perhaps a port, and nothing after"
                + " them: https://app.example");
      }
    }
    if (origins.contains(ANY)) {
      if (origins.size() > 1) {
        throw new IllegalArgumentException("'*' is all origins: it stands alone");
      }
      if (credentials) {
        throw new IllegalArgumentException(
            "'*' with credentials would let every page of the web act for whoever visits it: name"
                + " the origins");
      }
    }
    if (maxAge.isNegative() || maxAge.compareTo(MAX_AGE) > 0) {
      throw new IllegalArgumentException(
          "a browser may remember what it is allowed for 0 s to " + MAX_AGE + ", not " + maxAge);
    }
  }

  /** Whether pages of all origins may use it. */
  boolean allowsAny() {
    return origins.contains(ANY);
  }
}
