package io.sluice.examples.notifications;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** Where a notification leads: a place that is safe to put into a page. */
final class Link {

  private static final int LONGEST = 2000;

  private Link() {}

  /**
   * Checks a link: {@code http} or {@code https} with a host, or a path on the page's own site.
   *
   * @return the link as it is; null for none
   * @throws IllegalArgumentException for anything else: {@code javascript:}, {@code data:}, {@code
   *     //elsewhere.example}, and what isn't written as RFC 3986 wants it
   */
  static @Nullable String check(@Nullable String link) {
    if (link == null || link.isEmpty()) {
      return null;
    }
    if (link.length() > LONGEST) {
      throw new IllegalArgumentException(
          "link has " + link.length() + " characters; " + LONGEST + " are allowed");
    }
    URI uri;
    try {
      // Strict: no blanks, control characters or backslashes, which browsers pass over or take for
      // slashes.
      uri = new URI(link);
    } catch (URISyntaxException e) {
      throw refused(link, e.getMessage());
    }
    String scheme = uri.getScheme();
    if (scheme == null) {
      if (uri.getRawAuthority() != null || link.startsWith("//")) {
        throw refused(link, "it leads to another site and doesn't say how");
      }
      return link;
    }
    if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
      throw refused(link, "its scheme is " + scheme);
    }
    if (uri.getHost() == null) {
      throw refused(link, "it has no host");
    }
    return link;
  }

  private static IllegalArgumentException refused(String link, @Nullable String why) {
    return new IllegalArgumentException(
        "link is http://…, https://… or a path of this site; not '" + link + "': " + why);
  }
}
