package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** A server on the loopback that answers each request with the next part of its script. */
final class FakeServer implements AutoCloseable {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Answer> script;
  private final AtomicInteger next = new AtomicInteger();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** Answers one request. What it leaves open stays open until the server closes. */
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  /** What a request said. */
  record Request(String target, String lastEventId, String idempotencyKey, String authorization) {}

  /**
   * @param script the answers; the last one is given again and again
   */
  FakeServer(Answer... script) throws IOException {
    this(HttpServer.create(ANY_PORT, 0), "http", script);
  }

  private FakeServer(HttpServer server, String scheme, Answer... script) {
    this.server = server;
    this.scheme = scheme;
    this.script = List.of(script);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** A server that speaks TLS. */
  static FakeServer encrypted(SSLContext context, Answer... script) throws IOException {
    HttpsServer server = HttpsServer.create(ANY_PORT, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new FakeServer(server, "https", script);
  }

  String url() {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Request> requests() {
    return requests;
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(
        new Request(
            exchange.getRequestURI().toString(),
            header(exchange, "Last-Event-ID"),
            header(exchange, "Idempotency-Key"),
            header(exchange, "Authorization")));
    script.get(Math.min(next.getAndIncrement(), script.size() - 1)).to(exchange);
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  /** An event stream that ends in good order after these bytes. */
  static Answer stream(String body) {
    return exchange -> {
      begin(exchange, body);
      exchange.close();
    };
  }

  /** An event stream that says no more after these bytes, and stays open. */
  static Answer silentAfter(String body) {
    return exchange -> begin(exchange, body);
  }

  /** An event stream whose connection is cut after these bytes. */
  static Answer cutAfter(String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      // More is announced than comes: for the client the body isn't complete.
      exchange.sendResponseHeaders(200, bytes.length + 1);
      exchange.getResponseBody().write(bytes);
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  /** Any other answer. */
  static Answer status(int status, String contentType, String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", contentType);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    };
  }

  /** A refusal as hubs write it. */
  static Answer problem(int status, String members) {
    return status(status, "application/problem+json", "{\"status\":" + status + members + "}");
  }

  private static void begin(HttpExchange exchange, String body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(body.getBytes(UTF_8));
    exchange.getResponseBody().flush();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
