package io.sluice.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** Files that come with the server, read once and kept. Immutable. */
final class Resources {

  private static final String[] PAGE = {
    "page/index.html",
    "page/app.js",
    "page/chart.js",
    "page/demo.js",
    "page/dom.js",
    "page/eventstream.js",
    "page/figures.js",
    "page/log.js",
    "page/publish.js",
    "page/style.css",
    "page/icon.svg",
    "openapi.yaml"
  };

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "yaml", "application/yaml");

  // Nothing from elsewhere, nothing inline: what an event says can't become code on the page.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  private final Map<String, byte[]> files = new HashMap<>();

  /**
   * @throws UncheckedIOException if the server's own files can't be read
   */
  Resources() {
    for (String name : PAGE) {
      files.put(name, read(name));
    }
  }

  private static byte[] read(String name) {
    try (InputStream in = Resources.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("missing from the server's files: " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers with a file, or that there is none. */
  void answer(Exchange exchange, String name) {
    byte[] file = files.get(name);
    if (file == null) {
      exchange.refuse(Problem.notFound("there is nothing at /" + name));
      return;
    }
    String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
    exchange.respond(
        200,
        Fields.of(
            "Content-Type", type,
            "Cache-Control", "no-cache",
            "Content-Security-Policy", POLICY,
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer"),
        file);
  }
}
