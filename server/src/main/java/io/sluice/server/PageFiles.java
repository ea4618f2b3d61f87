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
          "Referrer-Policy",
          "no-referrer");

  private static final Map<String, String> CONTENT_TYPES =
      Map.of(
          "app.js", "text/javascript; charset=utf-8",
          "chart.js", "text/javascript; charset=utf-8",
          "demo.js", "text/javascript; charset=utf-8",
          "dom.js", "text/javascript; charset=utf-8",
          "eventstream.js", "text/javascript; charset=utf-8",
          "figures.js", "text/javascript; charset=utf-8",
          "log.js", "text/javascript; charset=utf-8",
          "publish.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml",
          "style.css", "text/css; charset=utf-8");

  private final StaticFile index =
      StaticFile.load("page/index.html", "text/html; charset=utf-8", POLICY);
  private final Map<String, StaticFile> files;

  PageFiles() {
    files =
        CONTENT_TYPES.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey,
                    file -> StaticFile.load("page/" + file.getKey(), file.getValue(), POLICY)));
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
