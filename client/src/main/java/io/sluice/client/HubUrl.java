package io.sluice.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.util.List;

/** URLs of servers, and what is put together of them. */
final class HubUrl {

  private HubUrl() {}

  /**
   * A hub's own URL, without the slash at its end.
   *
   * @throws IllegalArgumentException if it isn't an absolute http or https URL with a host, or has
   *     a query or a fragment
   */
  static URI base(String text) {
    URI uri = checked(URI.create(text));
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "a hub's URL has no query and no fragment, unlike " + text);
    }
    return URI.create(text.replaceAll("/+$", ""));
  }

  /**
   * The same URL.
   *
   * @throws IllegalArgumentException if it isn't an absolute http or https URL with a host
   */
  static URI checked(URI uri) {
    if (!isHttp(uri)) {
      throw new IllegalArgumentException(
          "a URL must be like http://127.0.0.1:8080 or https://events.example, unlike " + uri);
    }
    return uri;
  }

  static boolean isHttp(URI uri) {
    return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
        && uri.getHost() != null;
  }

  /** The port, where none is written that of the scheme. */
  static int port(URI uri) {
    return uri.getPort() >= 0
        ? uri.getPort()
        : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  /** The URL with more parameters in its query. */
  static URI withQuery(URI uri, List<StreamPlan.Pair> parameters) {
    StringBuilder text = new StringBuilder(uri.toString());
    int fragment = text.indexOf("#");
    if (fragment >= 0) {
      text.setLength(fragment);
    }
    char separator = uri.getRawQuery() == null ? '?' : '&';
    for (StreamPlan.Pair parameter : parameters) {
      text.append(separator)
          .append(URLEncoder.encode(parameter.name(), UTF_8))
          .append('=')
          .append(URLEncoder.encode(parameter.value(), UTF_8));
      separator = '&';
    }
    return URI.create(text.toString());
  }
}
