package io.sluice.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Plays one server of {@code conformance/hostile-servers.json} on raw sockets, where all that HTTP
 * forbids is possible. The format of the scripts is in {@code conformance/README.md}.
 *
 * <p>Thread-safe. One virtual thread for each connection.
 */
final class HostileServer implements Closeable {

  private static final String ELSEWHERE = "elsewhere:";
  private static final int LONGEST_HEAD_BYTES = 64 * 1024;

  private final JsonNode server;
  private final @Nullable SSLContext tls;
  private final ServerSocket other;
  private final int port;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<ServerSocket> listeners = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Map<String, AtomicInteger> played = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger asking = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * What was asked for.
   *
   * @param at in the time of {@code System.nanoTime}
   */
  record Request(String path, String lastEventId, @Nullable String credential, long at) {}

  HostileServer(JsonNode server, SSLContext selfSigned) throws IOException {
    this.server = server;
    this.tls = server.has("tls") ? selfSigned : null;
    ServerSocket own = listen(0);
    this.port = own.getLocalPort();
    this.other = listen(0);
    threads.execute(() -> accept(other, ELSEWHERE));
    int late = server.path("listensAfter").asInt(0);
    if (late == 0) {
      threads.execute(() -> accept(own, ""));
    } else {
      own.close(); // had, and given back: a port that nobody else is going to be given so soon
      threads.execute(() -> listenLater(late));
    }
  }

  /** Where clients are to connect, without a slash at the end. */
  String origin() {
    return (tls == null ? "http" : "https") + "://127.0.0.1:" + port;
  }

  /** Every request, in order. */
  List<Request> requests() {
    return requests;
  }

  /** How often a client has tried: requests, or connections where it can't get as far as one. */
  int tries() {
    return tls == null ? requests.size() : connections.get();
  }

  /** Connections that are open now and have asked for something. */
  int open() {
    return asking.get();
  }

  /** How many bytes the system has taken from the scripts. */
  long bytes() {
    return bytes.get();
  }

  /** A text of the data: as it is, or so many times. */
  static String text(JsonNode value) {
    return value.isString()
        ? value.asString()
        : value.path("text").asString().repeat(value.path("times").asInt());
  }

  private ServerSocket listen(int wanted) throws IOException {
    ServerSocket listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
    listeners.add(listener);
    return listener;
  }

  private void listenLater(int millis) {
    try {
      if (!stopped.await(millis, TimeUnit.MILLISECONDS)) {
        accept(listen(port), "");
      }
    } catch (IOException e) {
      throw new IllegalStateException("the port was taken meanwhile", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept(ServerSocket listener, String prefix) {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        connections.incrementAndGet();
        sockets.add(socket);
        threads.execute(() -> serve(socket, prefix));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket accepted, String prefix) {
    try (Socket socket = encrypted(accepted, prefix)) {
      socket.setTcpNoDelay(true);
      Map<String, String> head = readHead(socket.getInputStream());
      String[] first = head.getOrDefault("", "").split(" ", 3);
      if (first.length < 2) {
        return;
      }
      asking.incrementAndGet();
      try {
        // Watches for the client's end, so that `open` is true.
        Thread script = Thread.currentThread();
        CountDownLatch gone = new CountDownLatch(1);
        threads.execute(() -> awaitEnd(socket, gone, script));
        try {
          answer(socket, prefix, URI.create(first[1]), head);
          gone.await();
        } catch (InterruptedException e) {
          gone.await(); // the client is gone, and the script with it
        }
      } finally {
        asking.decrementAndGet();
      }
    } catch (IOException e) {
      // The client is gone, and the script is over.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(accepted);
    }
  }

  private Socket encrypted(Socket accepted, String prefix) throws IOException {
    if (tls == null || !prefix.isEmpty()) {
      return accepted;
    }
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(accepted, null, accepted.getPort(), true);
    socket.setUseClientMode(false);
    return socket;
  }

  private static void awaitEnd(Socket socket, CountDownLatch gone, Thread script) {
    try {
      while (socket.getInputStream().read() >= 0) {}
    } catch (IOException e) {
      // reset: gone as well
    }
    gone.countDown();
    script.interrupt(); // from a wait
  }

  private static Map<String, String> readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0 || head.size() > LONGEST_HEAD_BYTES) {
        return Map.of();
      }
      head.write(b);
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : head.toString(UTF_8).lines().toList()) {
      int colon = line.indexOf(':');
      if (fields.isEmpty()) {
        fields.put("", line);
      } else if (colon > 0) {
        fields.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return fields;
  }

  private void answer(Socket socket, String prefix, URI target, Map<String, String> head)
      throws IOException, InterruptedException {
    String path = prefix + target.getPath();
    JsonNode scripts = server.path("attempts").path(path);
    Script script = new Script(socket);
    if (scripts.isMissingNode()) {
      script.send(
          "HTTP/1.1 404 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
      socket.shutdownOutput();
      return;
    }
    Map<String, String> query = query(target);
    String bearer = head.getOrDefault("authorization", "");
    String credential =
        bearer.startsWith("Bearer ")
            ? bearer.substring(7)
            : query.getOrDefault("token", query.get("ticket"));
    String position = head.getOrDefault("last-event-id", query.getOrDefault("lasteventid", ""));
    int nth = played.computeIfAbsent(path, unused -> new AtomicInteger()).getAndIncrement();
    requests.add(new Request(path, position, credential, System.nanoTime()));
    for (JsonNode step : scripts.get(Math.min(nth, scripts.size() - 1))) {
      script.play(step);
    }
  }

  private static Map<String, String> query(URI target) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (target.getRawQuery() != null) {
      for (String pair : target.getRawQuery().split("&", -1)) {
        String[] parts = pair.split("=", 2);
        parameters.put(
            parts[0].toLowerCase(Locale.ROOT),
            parts.length < 2 ? "" : URLDecoder.decode(parts[1], UTF_8));
      }
    }
    return parameters;
  }

  @Override
  public void close() throws IOException {
    stopped.countDown();
    for (ServerSocket listener : listeners) {
      listener.close();
    }
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdownNow();
  }

  /** What is played on one connection. Throws where the client is no longer there. */
  private final class Script {

    private final Socket socket;
    private boolean chunked;

    Script(Socket socket) {
      this.socket = socket;
    }

    void play(JsonNode step) throws IOException, InterruptedException {
      String what = step.path("do").asString();
      switch (what) {
        case "head" -> head(step.path("status").asInt(), step.path("headers"));
        case "stream" -> {
          chunked = true;
          send(
              """
              HTTP/1.1 200\s
              Content-Type: text/event-stream
              Cache-Control: no-cache
              Transfer-Encoding: chunked
              Connection: close

              """
                  .replace("\n", "\r\n")
                  .getBytes(UTF_8));
        }
        case "send" -> repeatedly(step, content(step));
        case "chunk" -> repeatedly(step, chunk(content(step)));
        case "trickle" -> {
          for (byte b : content(step)) {
            send(new byte[] {b});
            pause(step.path("every").asInt());
          }
        }
        case "wait" -> pause(step.path("ms").asInt());
        case "end" -> {
          if (chunked) {
            send("0\r\n\r\n".getBytes(UTF_8));
          }
          socket.shutdownOutput();
        }
        case "cut" -> socket.shutdownOutput();
        case "reset" -> {
          socket.setSoLinger(true, 0);
          socket.close();
        }
        case "hold" -> {
          // The client ends it, or close().
        }
        default -> throw new IllegalArgumentException("no such step: " + what);
      }
    }

    private void head(int status, JsonNode headers) throws IOException {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " \r\n");
      String date =
          DateTimeFormatter.RFC_1123_DATE_TIME.format(
              ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2));
      for (Map.Entry<String, JsonNode> header : headers.properties()) {
        String value =
            header
                .getValue()
                .asString()
                .replace("{elsewhere}", "http://127.0.0.1:" + other.getLocalPort())
                .replace("{date+2}", date);
        head.append(header.getKey()).append(": ").append(value).append("\r\n");
        chunked |= header.getKey().equals("Transfer-Encoding");
      }
      send(head.append("Connection: close\r\n\r\n").toString().getBytes(UTF_8));
    }

    private void repeatedly(JsonNode step, byte[] content)
        throws IOException, InterruptedException {
      int times = step.path("times").asInt(1);
      for (int i = 0; i < times; i++) {
        if (i > 0) {
          pause(step.path("every").asInt(0));
        }
        send(content);
      }
    }

    private static byte[] content(JsonNode step) {
      return step.has("base64")
          ? step.path("base64").binaryValue()
          : text(step.path("text")).getBytes(UTF_8);
    }

    private static byte[] chunk(byte[] content) throws IOException {
      ByteArrayOutputStream chunk = new ByteArrayOutputStream();
      chunk.writeBytes((Integer.toHexString(content.length) + "\r\n").getBytes(UTF_8));
      chunk.writeBytes(content);
      chunk.writeBytes("\r\n".getBytes(UTF_8));
      return chunk.toByteArray();
    }

    void send(byte[] content) throws IOException {
      socket.getOutputStream().write(content);
      bytes.addAndGet(content.length);
    }

    private void pause(int millis) throws IOException, InterruptedException {
      if (millis > 0 && stopped.await(millis, TimeUnit.MILLISECONDS)) {
        throw new IOException("stopped");
      }
    }
  }
}
