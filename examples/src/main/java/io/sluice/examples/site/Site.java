package io.sluice.examples.site;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.hub.Hub;
import io.sluice.server.Settings;
import io.sluice.server.SluiceServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An application: its pages and its API on one port, and a hub of its own on another, both on
 * loopback. Browsers read the hub directly; they never publish to it, the application does.
 *
 * <p>Thread-safe once it is open.
 */
public final class Site implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Site.class);

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Passport passport;
  private final Pages pages;
  private final SluiceServer server;
  private final Instant started = Instant.now();
  private final Function<String, Set<String>> roles;
  private final Map<String, Handler> routes = new TreeMap<>();

  /**
   * What an application wants.
   *
   * <p>Immutable.
   *
   * @param application its main class: its page is in {@code page} beside it
   * @param port of pages and API; 0 for any
   * @param hubPort the hub's; 0 for any
   * @param data where the hub keeps its history; made if it isn't there
   * @param hub more settings of the hub: rules, retention
   * @param roles what somebody of a name is
   */
  public record Plan(
      Class<?> application,
      int port,
      int hubPort,
      Path data,
      Map<String, String> hub,
      Function<String, Set<String>> roles) {}

  private Site(Plan plan, HttpServer http, Passport passport) throws IOException {
    this.http = http;
    this.passport = passport;
    this.roles = plan.roles();
    this.pages = new Pages(plan.application());
    Map<String, String> settings = new HashMap<>();
    settings.put("listen", "127.0.0.1:" + plan.hubPort());
    settings.put("history.store", "sqlite");
    settings.put("history.data", plan.data().toString());
    settings.put("identity.tokens.secret", passport.secret());
    settings.put("identity.cookie", Passport.COOKIE);
    // The page is of another origin (another port), and its cookie has to come along.
    settings.put("cors.origins", origin());
    settings.put("cors.credentials", "true");
    settings.putAll(plan.hub());
    this.server = SluiceServer.start(Settings.of(settings));
  }

  /**
   * Opens the hub, and listens. Requests are answered from {@link #start} on.
   *
   * @throws IOException if a port or the directory can't be had
   */
  public static Site open(Plan plan) throws IOException {
    Files.createDirectories(plan.data());
    HttpServer http =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByName("127.0.0.1"), plan.port()), 0);
    try {
      return new Site(plan, http, new Passport(secret(plan.data())));
    } catch (IOException | RuntimeException e) {
      http.stop(0);
      throw e;
    }
  }

  // Kept beside the history: who is signed in stays so over a restart.
  private static String secret(Path data) throws IOException {
    Path file = data.resolve("secret.txt");
    if (!Files.exists(file)) {
      Files.writeString(file, Passport.newSecret());
    }
    return Files.readString(file).strip();
  }

  /**
   * Adds a route, before {@link #start}.
   *
   * @param route method and path, {@code POST /api/messages}; a last part {@code *} stands for any
   *     one part, {@link Request#rest}
   * @return this
   */
  public Site route(String route, Handler handler) {
    routes.put(route, handler);
    return this;
  }

  /** Answers requests from now on. */
  public Site start() throws IOException {
    route("GET /api/site", request -> about(request.user()));
    route("GET /api/health", request -> health());
    route("POST /api/session", this::signIn);
    route(
        "DELETE /api/session",
        request -> new Response(204, Map.of("Set-Cookie", Passport.withdrawn()), new byte[0]));
    // Modules and workers have to be of the page's origin.
    for (String script : List.of("/client.js", "/client-worker.js")) {
      pages.add(script, fetch(script));
    }
    http.setExecutor(threads);
    http.createContext("/", this::serve);
    http.start();
    return this;
  }

  /** Where people look: {@code http://127.0.0.1:8090}. */
  public String origin() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  /** Where browsers read events. */
  public String hubOrigin() {
    return "http://127.0.0.1:" + server.address().getPort();
  }

  /** Where the application publishes. */
  public Hub hub() {
    return server.hub();
  }

  private record SignIn(String name) {}

  private Response signIn(Request request) {
    String name = request.json(SignIn.class).name();
    Set<String> has = roles.apply(name);
    return Response.json(200, new User(name, has)).with("Set-Cookie", passport.issue(name, has));
  }

  private Map<String, Object> about(@Nullable User user) {
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("hub", hubOrigin());
    if (user != null) {
      about.put("user", user);
    }
    return about;
  }

  private Map<String, Object> health() {
    var figures = hub().figures();
    return Map.of(
        "status", "ok",
        "uptimeSeconds", Duration.between(started, Instant.now()).toSeconds(),
        "streams", hub().streams().size(),
        "newest", figures.log().newest());
  }

  private byte[] fetch(String path) throws IOException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(hubOrigin() + path)).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new IOException(path + " of the hub: " + answer.statusCode());
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Response response;
      try {
        response = answer(exchange);
      } catch (Refusal refusal) {
        response = Response.problem(refusal.status(), String.valueOf(refusal.getMessage()));
      } catch (Exception e) {
        log.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
        response = Response.problem(500, "this is the application's fault; its log says more");
      }
      send(exchange, response);
    }
  }

  private Response answer(HttpExchange exchange) throws Exception {
    guard(exchange);
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getPath();
    Response page = method.equals("GET") ? pages.find(path) : null;
    if (page != null) {
      return page;
    }
    String rest = "";
    Handler handler = routes.get(method + " " + path);
    if (handler == null) {
      int last = path.lastIndexOf('/') + 1;
      rest = path.substring(last);
      handler = routes.get(method + " " + path.substring(0, last) + "*");
    }
    if (handler == null) {
      throw new Refusal(404, "there is nothing at " + method + " " + path);
    }
    byte[] body = exchange.getRequestBody().readNBytes(Request.MAX_BODY + 1);
    if (body.length > Request.MAX_BODY) {
      throw new Refusal(413, "a body has at most " + Request.MAX_BODY + " bytes here");
    }
    Object answer =
        handler.handle(
            new Request(
                passport.read(exchange.getRequestHeaders().getFirst("Cookie")),
                rest,
                query(exchange.getRequestURI().getRawQuery()),
                body));
    return switch (answer) {
      case null -> new Response(204, Map.of(), new byte[0]);
      case Response response -> response;
      default -> Response.json(200, answer);
    };
  }

  // Other sites' pages can't read what we answer, but could have something done with our cookie, or
  // point a name of theirs at this address.
  private void guard(HttpExchange exchange) {
    String own = origin();
    String host = exchange.getRequestHeaders().getFirst("Host");
    String from = exchange.getRequestHeaders().getFirst("Origin");
    if (!own.equals("http://" + host) || (from != null && !own.equals(from))) {
      throw new Refusal(403, "this is " + own + ", and for its own pages alone");
    }
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          query.putIfAbsent(
              URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
    }
    return query;
  }

  private void send(HttpExchange exchange, Response response) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " worker-src 'self'; connect-src 'self' "
            + hubOrigin()
            + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    response.headers().forEach(headers::set);
    exchange.sendResponseHeaders(
        response.status(), response.body().length == 0 ? -1 : response.body().length);
    if (response.body().length > 0) {
      exchange.getResponseBody().write(response.body());
    }
  }

  /** Ends the streams in good order, so that browsers come back when there is somebody again. */
  public void drain() throws InterruptedException {
    http.stop(0);
    server.drain();
    close();
  }

  @Override
  public void close() {
    http.stop(0);
    threads.close();
    server.close();
    passport.close();
  }
}
