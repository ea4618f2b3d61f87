package io.sluice.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A hub for one channel that keeps all its events, and does wrong what it is asked to.
 *
 * <p>GET subscribes and resumes, with a query from the first event on; POST publishes. Everything
 * under one lock.
 */
final class FaultyHub implements AutoCloseable {

  /** What to do with an event, instead of sending it once. */
  @FunctionalInterface
  interface Fault {

    /**
     * What every subscriber is sent for an event.
     *
     * @param number of the event, from 1 on
     * @param blocks all events so far, of which the last is this one
     */
    List<String> sent(int number, List<String> blocks);
  }

  static final Fault NONE = (number, blocks) -> List.of(blocks.getLast());

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Fault fault;
  private final Runnable beforeAnswer;
  private final List<String> blocks = new ArrayList<>();
  private final List<OutputStream> streams = new ArrayList<>();

  /**
   * @param beforeAnswer runs after an event was sent and before its publisher is answered
   */
  FaultyHub(Fault fault, Runnable beforeAnswer) throws IOException {
    this.fault = fault;
    this.beforeAnswer = beforeAnswer;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  Target target() {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/{channel}";
    return Target.of(url, url);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    if (exchange.getRequestMethod().equals("GET")) {
      subscribe(exchange);
      return;
    }
    byte[] body = exchange.getRequestBody().readAllBytes();
    publish(new String(body, StandardCharsets.UTF_8));
    beforeAnswer.run();
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private synchronized void subscribe(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream stream = exchange.getResponseBody();
    String lastId = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    if (exchange.getRequestURI().getQuery() != null) {
      lastId = "0";
    }
    if (lastId != null) {
      for (int number = Integer.parseInt(lastId) + 1; number <= blocks.size(); number++) {
        send(stream, fault.sent(number, blocks.subList(0, number)));
      }
    }
    stream.write(": hello\n\n".getBytes(StandardCharsets.UTF_8));
    stream.flush();
    streams.add(stream);
  }

  private synchronized void publish(String data) {
    blocks.add("id: " + (blocks.size() + 1) + "\ndata: " + data + "\n\n");
    List<String> sent = fault.sent(blocks.size(), blocks);
    streams.removeIf(stream -> !send(stream, sent));
  }

  /** Whether the subscriber is still there. */
  private static boolean send(OutputStream stream, List<String> sent) {
    try {
      stream.write(String.join("", sent).getBytes(StandardCharsets.UTF_8));
      stream.flush();
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
