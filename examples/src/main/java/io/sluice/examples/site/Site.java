package io.sluice.examples.site;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.event.Publication;
import io.sluice.hub.Hub;
import io.sluice.hub.Receipt;
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
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
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
 * <p>Thread-safe once it is started.
 */
public final class Site implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Site.class);
  private static final int WAITING_CONNECTIONS = 1024;

  static {
    // Or the second half of an answer waits for the receipt of the first.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Passport passport;
  private final Pages pages;
  private final SluiceServer server;
  private final Instant started = Instant.now();
  private final Function<String, Set<String>> roles;
  private final Routes routes = new Routes();
  private final List<Runnable> ends = new CopyOnWriteArrayList<>();

  /**
   * What an application wants.
   *
   * <p>Immutable.
   *
   * @param application its main class: its page is in {@code page} beside it
   * @param name its name, in one word
   * @param place where it runs
   * @param hub more settings of the hub: rules, retention
   * @param roles what somebody of a name is
   */
  public record Plan(
      Class<?> application,
      String name,
      Place place,
      Map<String, String> hub,
      Function<String, Set<String>> roles) {}

  private Site(Plan plan, HttpServer http, Passport passport) throws IOException {
    this.http = http;
    this.passport = passport;
    this.roles = plan.roles();
    this.pages = new Pages(plan.application());
    Map<String, String> settings = new HashMap<>();
    settings.put("listen", "127.0.0.1:" + plan.place().hubPort());
    settings.put("history.store", "sqlite");
    settings.put("history.data", plan.place().data().toString());
    settings.put("identity.tokens.secret", passport.secret());
    settings.put("identity.cookie", passport.cookie());
    // The page is of another origin (another port), and its cookie has to come along.
    settings.put("cors.origins", origin());
    settings.put("cors.credentials", "true");
    // All of them are on one machine, and its developer reloads as often as they like.
    settings.put("limits.attempts", "none");
    settings.put("limits.connections-per-address", "20000");
    settings.put("stream.retry", "500ms");
    settings.put("drain", "2s");
    settings.putAll(plan.hub());
    this.server = SluiceServer.start(Settings.of(settings));
  }

  /**
   * Opens the hub, and listens. Requests are answered from {@link #start} on.
   *
   * @throws IOException if a port or the directory can't be had
   * @throws RuntimeException if the hub's settings or its history are no good
   */
  public static Site open(Plan plan) throws IOException {
    Files.createDirectories(plan.place().data());
    HttpServer http =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), plan.place().port()),
            WAITING_CONNECTIONS);
    Passport passport = null;
    try {
      passport = Passport.open(plan.name(), plan.place().data());
      return new Site(plan, http, passport);
    } catch (IOException | RuntimeException e) {
      http.stop(0);
      if (passport != null) {
        passport.close();
      }
      throw e;
    }
  }

  /**
   * Adds a route, before {@link #start}.
   *
   * @param route method and path, {@code POST /api/messages}; a last part {@code *} stands for any
   *     one part, {@link Request#rest}
   * @return this
   */
  public Site route(String route, Handler handler) {
    routes.add(route, handler);
    return this;
  }

  /**
   * Has something ended before the hub, when this is closed: a thread that publishes.
   *
   * @return this
   */
  public Site onClose(Runnable end) {
    ends.add(end);
    return this;
  }

  /**
   * Answers requests from now on.
   *
   * @return this
   * @throws IOException if the hub doesn't answer
   */
  public Site start() throws IOException {
    route("GET /health", request -> health());
    route("GET /api/site", request -> about(request.user()));
    route("POST /api/session", this::signIn);
    route(
        "DELETE /api/session",
        request -> Response.empty(204).with("Set-Cookie", passport.withdrawn()));
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

  /** The application's hub. */
  public Hub hub() {
    return server.hub();
  }

  /**
   * Publishes, and waits until the events are as safe as the history is.
   *
   * @param idempotencyKey a second publish with the same one does nothing; null for none
   * @return their ids
   * @throws Refusal with 503, if it can't be done now, or isn't known to be done: whoever asked may
   *     send the same again, with the same key
   */
  public Receipt publish(@Nullable String idempotencyKey, Publication... events) {
    try {
      return hub().publish(List.of(events), idempotencyKey).join();
    } catch (CompletionException | IllegalStateException e) {
      log.warn("{} events couldn't be published", events.length, e);
      throw new Refusal(503, "this couldn't be stored; try it again").retryAfter(1);
    }
  }

  private record SignIn(@Nullable String name) {}

  private Response signIn(Request request) {
    String name = Passport.checkName(request.json(SignIn.class).name());
    User user = new User(name, roles.apply(name));
    return Response.json(200, user).with("Set-Cookie", passport.issue(user));
  }

  private Map<String, Object> about(@Nullable User user) {
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("hub", hubOrigin());
    if (user != null) {
      about.put("user", user);
    }
    return about;
  }

  private Response health() {
    String trouble = hub().trouble();
    Map<String, Object> health = new LinkedHashMap<>();
    health.put("status", trouble == null ? "ok" : "failing");
    if (trouble != null) {
      health.put("trouble", trouble);
    }
    health.put("uptimeSeconds", Duration.between(started, Instant.now()).toSeconds());
    health.put("streams", hub().streams().size());
    health.put("newest", hub().newest().toString());
    return Response.json(trouble == null ? 200 : 503, health);
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
        response = Response.problem(refusal);
      } catch (Exception e) {
        log.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
        response = Response.problem(new Refusal(500, "the application failed; its log says why"));
      }
      send(exchange, response);
    }
  }

  private Response answer(HttpExchange exchange) throws Exception {
    String method = exchange.getRequestMethod();
    boolean reads = method.equals("GET") || method.equals("HEAD");
    String path = exchange.getRequestURI().getPath();
    if (reads && ("localhost:" + http.getAddress().getPort()).equals(field(exchange, "Host"))) {
      // One name, or there are two cookies.
      return Response.empty(307).with("Location", origin() + exchange.getRequestURI());
    }
    guard(exchange);
    Response page = reads ? pages.find(path) : null;
    if (page != null) {
      return page;
    }
    Routes.Match match = routes.find(reads ? "GET" : method, path);
    byte[] body = exchange.getRequestBody().readNBytes(Request.MAX_BODY + 1);
    if (body.length > Request.MAX_BODY) {
      throw new Refusal(413, "a body has at most " + Request.MAX_BODY + " bytes here");
    }
    Request request =
        new Request(
            passport.read(field(exchange, "Cookie")),
            match.rest(),
            query(exchange.getRequestURI().getRawQuery()),
            field(exchange, "Idempotency-Key"),
            body);
    return switch (match.handler().handle(request)) {
      case null -> Response.empty(204);
      case Response response -> response;
      case Object value -> Response.json(200, value);
    };
  }

  private static @Nullable String field(HttpExchange exchange, String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  // Other sites' pages can't read what we answer, but could have something done with our cookie, or
  // point a name of theirs at this address.
  private void guard(HttpExchange exchange) {
    String own = origin();
    String from = field(exchange, "Origin");
    if (!own.equals("http://" + field(exchange, "Host")) || (from != null && !own.equals(from))) {
      throw new Refusal(403, "this is " + own + ", and for its own pages alone");
    }
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          query.putIfAbsent(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
      }
    }
    return query;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "'" + text + "' in the query isn't URL-encoded");
    }
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
    int length = response.body().length;
    if (length == 0 || exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(response.status(), -1);
    } else {
      exchange.sendResponseHeaders(response.status(), length);
      exchange.getResponseBody().write(response.body());
    }
  }

  /** Ends the streams in good order, so that browsers come back when there is somebody again. */
  public void drain() throws InterruptedException {
    http.stop(0);
    ends.forEach(Runnable::run);
    server.drain();
    close();
  }

  @Override
  public void close() {
    http.stop(0);
    ends.forEach(Runnable::run);
    threads.close();
    server.close();
    passport.close();
  }
}
