package io.sluice.examples.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of an application's page, from among the resources beside a class.
 *
 * <p>Thread-safe.
 */
final class Pages {

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "json", "application/json");

  private final Class<?> beside;
  private final Map<String, Response> added = new ConcurrentHashMap<>();

  /**
   * @param beside the class next to whose directory {@code page} the files are
   */
  Pages(Class<?> beside) {
    this.beside = beside;
  }

  /** Has a script served that isn't among the resources. */
  void add(String path, byte[] script) {
    added.put(path, file("js", script));
  }

  /** The file for a path, or null. */
  @Nullable Response find(String path) {
    Response known = added.get(path);
    if (known != null) {
      return known;
    }
    String name = path.equals("/") ? "index.html" : path.substring(1);
    String type = name.substring(name.lastIndexOf('.') + 1);
    // No way up or down: names are one part, and of a known type.
    if (name.contains("/") || !TYPES.containsKey(type)) {
      return null;
    }
    byte[] content = read(beside, name);
    if (content == null) {
      content = read(Pages.class, name);
    }
    return content == null ? null : file(type, content);
  }

  private static Response file(String type, byte[] content) {
    return new Response(
        200, Map.of("Content-Type", TYPES.get(type), "Cache-Control", "no-cache"), content);
  }

  private static byte @Nullable [] read(Class<?> beside, String name) {
    try (InputStream file = beside.getResourceAsStream("page/" + name)) {
      return file == null ? null : file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
