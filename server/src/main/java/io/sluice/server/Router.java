package io.sluice.server;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the endpoint for a method and path. A template is a path, {@code /events}, or a path with
 * an open end, {@code /events/{channel}}: what stands for it may have slashes, and {@link
 * Exchange#rest} tells it. HEAD is answered by the endpoint for GET, OPTIONS by the router.
 *
 * <p>Filled by one thread, then handed to the loops and not changed any more.
 */
final class Router implements Endpoint {

  private final Map<String, Route> paths = new HashMap<>();
  private final List<Route> prefixes = new ArrayList<>();

  /**
   * Adds an endpoint.
   *
   * @return this
   * @throws IllegalArgumentException if the template isn't one, or has an endpoint for the method
   */
  Router route(String method, String template, Endpoint endpoint) {
    int open = template.indexOf('{');
    if (!template.startsWith("/") || (open >= 0 && !template.endsWith("}"))) {
      throw new IllegalArgumentException("not a template of a path: " + template);
    }
    Route route =
        open < 0
            ? paths.computeIfAbsent(template, Route::new)
            : prefix(template.substring(0, open));
    route.add(method, endpoint);
    return this;
  }

  private Route prefix(String path) {
    for (Route route : prefixes) {
      if (route.path.equals(path)) {
        return route;
      }
    }
    Route route = new Route(path);
    prefixes.add(route);
    prefixes.sort(Comparator.comparingInt((Route r) -> r.path.length()).reversed());
    return route;
  }

  @Override
  public void handle(Exchange exchange) {
    String path = exchange.target().path();
    if (path.equals("*") && exchange.method().equals("OPTIONS")) {
      exchange.respond(204, Fields.NONE);
      return;
    }
    Route route = find(path);
    if (route == null) {
      exchange.refuse(Problem.notFound("there is nothing at " + path));
      return;
    }
    exchange.restFrom(route.path.length());
    Endpoint endpoint = route.endpoint(exchange.method());
    if (endpoint != null) {
      endpoint.handle(exchange);
    } else if (exchange.method().equals("OPTIONS")) {
      exchange.respond(204, route.allow);
    } else {
      exchange.refuse(
          Problem.of(
              405,
              "method-not-allowed",
              "the methods for " + path + " are " + route.methods() + ", not " + exchange.method()),
          route.allow);
    }
  }

  /** Each method and template that was added, an open end as {@code {}}. */
  Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    paths.values().forEach(route -> route.addTo(operations, ""));
    prefixes.forEach(route -> route.addTo(operations, "{}"));
    return operations;
  }

  private @Nullable Route find(String path) {
    Route route = paths.get(path);
    if (route != null) {
      return route;
    }
    for (Route prefix : prefixes) {
      if (path.length() > prefix.path.length() && path.startsWith(prefix.path)) {
        return prefix;
      }
    }
    return null;
  }

  private static final class Route {

    private final String path;
    private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    private Fields allow = Fields.NONE;

    Route(String path) {
      this.path = path;
    }

    void add(String method, Endpoint endpoint) {
      if (endpoints.putIfAbsent(method, endpoint) != null) {
        throw new IllegalArgumentException(method + " " + path + " has an endpoint already");
      }
      allow = Fields.of("Allow", methods());
    }

    @Nullable Endpoint endpoint(String method) {
      Endpoint endpoint = endpoints.get(method);
      return endpoint == null && method.equals("HEAD") ? endpoints.get("GET") : endpoint;
    }

    void addTo(Set<String> operations, String end) {
      endpoints.keySet().forEach(method -> operations.add(method + " " + path + end));
    }

    String methods() {
      List<String> methods = new ArrayList<>(endpoints.keySet());
      if (endpoints.containsKey("GET") && !endpoints.containsKey("HEAD")) {
        methods.add("HEAD");
      }
      methods.add("OPTIONS");
      return String.join(", ", methods);
    }
  }
}
