package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import org.jspecify.annotations.Nullable;

/**
 * The query of a URL, built up parameter by parameter.
 *
 * <p>Not thread-safe.
 */
final class Query {

  private final StringBuilder text = new StringBuilder();

  /** Adds a parameter; with null it is left out. */
  Query with(String name, @Nullable Object value) {
    if (value != null) {
      text.append(text.isEmpty() ? '?' : '&')
          .append(name)
          .append('=')
          .append(URLEncoder.encode(value.toString(), UTF_8));
    }
    return this;
  }

  /** With its question mark, or empty if there are no parameters. */
  @Override
  public String toString() {
    return text.toString();
  }
}
