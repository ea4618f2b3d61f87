package io.sluice.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a hub is, and the addresses of the requests to it.
 *
 * <p>Immutable.
 *
 * @param base scheme, host, port and perhaps a path under which a proxy serves the hub; without a
 *     slash at the end
 */
record HubUrl(String base) {

  /** Where {@code sluice serve} listens if nothing else is said. */
  static final String DEFAULT = "http://127.0.0.1:8080";

  /**
   * Reads an address as a user writes it.
   *
   * @throws IllegalArgumentException if it isn't an absolute http or https address with a host, or
   *     has a query or a fragment
   */
  static HubUrl parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("'" + text + "' is no URL: " + e.getReason(), e);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "'" + text + "' must be like " + DEFAULT + " or https://events.example");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("'" + text + "' must not have a query or a fragment");
    }
    return new HubUrl(text.replaceAll("/+$", ""));
  }

  /**
   * The address of a request.
   *
   * @param path begins with a slash and needs no escapes
   * @param query what follows the question mark; may be empty
   */
  URI at(String path, Query query) {
    return URI.create(base + path + query);
  }

  /** For a log line or a message. */
  @Override
  public String toString() {
    return base;
  }

  /** Reads {@code --url}. */
  static final class Converter implements ITypeConverter<HubUrl> {

    @Override
    public HubUrl convert(String value) {
      try {
        return parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
