package io.sluice.access;

import java.net.URI;
import java.time.Duration;

/**
 * How the application is asked for what the rules leave open.
 *
 * <p>Immutable.
 *
 * @param url what is asked, by POST
 * @param timeout an answer that takes longer is none: 100 ms to 10 s
 */
public record AuthorizerOptions(URI url, Duration timeout) {

  /** An answer that takes longer is none, where nothing else is said. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

  private static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MAX_TIMEOUT = Duration.ofSeconds(10);

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException for a URL that can't be asked, or a timeout out of bounds
   */
  public AuthorizerOptions {
    Endpoint.check(url);
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
  }
}
