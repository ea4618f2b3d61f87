package io.sluice.examples.site;

import java.util.HashMap;
import java.util.Map;

/**
 * Who answers what.
 *
 * <p>One caller at a time while routes are added; thread-safe from then on.
 */
final class Routes {

  private final Map<String, Handler> handlers = new HashMap<>();

  /** A handler, and what stands in the path where its route has {@code *}. */
  record Match(Handler handler, String rest) {}

  /** Adds one: {@code POST /api/messages}, {@code GET /api/messages/*}. */
  void add(String route, Handler handler) {
    if (handlers.putIfAbsent(route, handler) != null) {
      throw new IllegalArgumentException("two handlers for " + route);
    }
  }

  /**
   * Finds the one for a request.
   *
   * @throws Refusal with 404
   */
  Match find(String method, String path) {
    Handler exact = handlers.get(method + " " + path);
    if (exact != null) {
      return new Match(exact, "");
    }
    int last = path.lastIndexOf('/') + 1;
    Handler any = handlers.get(method + " " + path.substring(0, last) + "*");
    if (any == null || last == path.length()) {
      throw new Refusal(404, "there is nothing at " + method + " " + path);
    }
    return new Match(any, path.substring(last));
  }
}
