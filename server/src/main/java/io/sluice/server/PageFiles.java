package io.sluice.server;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * The page for people who open a hub in a browser, and what it is made of. It loads nothing from
 * anywhere else, and its policy has the browser see to that.
 *
 * <p>Immutable.
 */
final class PageFiles {

  private static final Fields POLICY =
      Fields.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Frame-Options",
          "DENY", // for browsers that don't know frame-ancestors
          "Cross-Origin-Opener-Policy",
          "same-origin");

  // A year, and for this name alone: what its neighbours do isn't the hub's to say.
  private static final Fields ENCRYPTED_ONLY =
      POLICY.and("Strict-Transport-Security", "max-age=31536000");

  private static final Map<String, String> CONTENT_TYPES =
      Map.of(
          "app.js", "text/javascript; charset=utf-8",
          "chart.js", "text/javascript; charset=utf-8",
          "demo.js", "text/javascript; charset=utf-8",
          "dom.js", "text/javascript; charset=utf-8",
          "figures.js", "text/javascript; charset=utf-8",
          "log.js", "text/javascript; charset=utf-8",
          "publish.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml",
          "style.css", "text/css; charset=utf-8");

  private final StaticFile index;
  private final Map<String, StaticFile> files;

  /**
   * @param encryptedOnly whether browsers are to come to this host only with TLS from now on (HSTS,
   *     RFC 6797): right where TLS has a certificate that they trust, and wrong for a localhost
   */
  PageFiles(boolean encryptedOnly) {
    Fields fields = encryptedOnly ? ENCRYPTED_ONLY : POLICY;
    index = StaticFile.load("page/index.html", "text/html; charset=utf-8", fields);
    files =
        CONTENT_TYPES.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey,
                    file -> StaticFile.load("page/" + file.getKey(), file.getValue(), fields)));
  }

  /** Answers the page. */
  void answerIndex(Exchange exchange) {
    index.handle(exchange);
  }

  /** Answers what {@code /page/{file}} leaves open. */
  void answerFile(Exchange exchange) {
    StaticFile file = files.get(exchange.rest());
    if (file == null) {
      exchange.refuse(Problem.notFound("the page has no such file"));
    } else {
      file.handle(exchange);
    }
  }
}
