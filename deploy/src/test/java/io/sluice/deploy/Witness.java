package io.sluice.deploy;

import io.sluice.wire.EventStreamListener;
import io.sluice.wire.EventStreamParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that says what it should have got and didn't. Data of each channel count from 1: a
 * number that comes again was sent twice, and one that is left out was lost, both silently if no
 * gap was told since the number before. It comes back as an EventSource does, when it was told to.
 *
 * <p>Thread-safe: its own thread fills what others read.
 */
final class Witness implements AutoCloseable {

  private static final long FIRST_RETRY_MILLIS = 1000;

  private final int port;
  private final String path;
  private final Thread thread;
  private final Map<String, AtomicLong> last = new ConcurrentHashMap<>();
  private final Queue<String> wrong;
  private final Queue<Long> returns;
  private final AtomicInteger gaps = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean closed;
  private volatile @Nullable Socket open;

  /**
   * Begins.
   *
   * @param port of the proxy
   * @param query of {@code /events}
   * @param wrong gets what is wrong
   * @param returns gets how long after the end of its stream it had another one, in milliseconds
   */
  Witness(int port, String query, Queue<String> wrong, Queue<Long> returns) {
    this.port = port;
    this.path = "/events?" + query;
    this.wrong = wrong;
    this.returns = returns;
    thread = Thread.ofVirtual().name("witness " + query).start(this::follow);
  }

  /** Witnesses that write down what is wrong in one place. */
  static Queue<String> nothingWrong() {
    return new ConcurrentLinkedQueue<>();
  }

  /** The newest number that came on a channel, 0 before the first. */
  long last(String channel) {
    AtomicLong number = last.get(channel);
    return number == null ? 0 : number.get();
  }

  /** Whether it has a stream, or had one. */
  boolean hasBegun() {
    return connections.get() > 0;
  }

  int gaps() {
    return gaps.get();
  }

  int connections() {
    return connections.get();
  }

  private void follow() {
    Intake intake = new Intake();
    while (!closed) {
      try {
        connect(intake);
      } catch (IOException lost) {
        // comes back
      }
      if (intake.endedAt == 0) {
        intake.endedAt = System.nanoTime();
      }
      try {
        Thread.sleep(intake.retryMillis);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void connect(Intake intake) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      open = socket;
      // A stream has heartbeats; who hears nothing for so long looks for another connection.
      socket.setSoTimeout(15_000);
      String resume =
          intake.lastEventId.isEmpty() ? "" : "Last-Event-ID: " + intake.lastEventId + "\r\n";
      // HTTP/1.0: the answer ends with the connection, and has no framing of its own.
      String request = "GET " + path + " HTTP/1.0\r\nHost: localhost\r\n" + resume + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream answer = socket.getInputStream();
      String head = head(answer);
      if (!head.contains(" 200 ") || !head.toLowerCase(Locale.ROOT).contains("text/event-stream")) {
        wrong.add(
            path
                + ": an EventSource ends for good at "
                + head.lines().findFirst().orElse("nothing"));
        closed = true;
        return;
      }
      EventStreamParser parser = new EventStreamParser(intake, 1 << 20, intake.lastEventId);
      byte[] bytes = new byte[8192];
      for (int n = answer.read(bytes); n >= 0; n = answer.read(bytes)) {
        parser.feed(bytes, 0, n);
        intake.lastEventId = parser.lastEventId();
      }
    }
  }

  private static String head(InputStream answer) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = answer.read();
      if (next < 0) {
        throw new IOException("cut within the head");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    thread.interrupt();
    Socket socket = open;
    if (socket != null) {
      socket.close();
    }
  }

  /** Confined to the thread. */
  private final class Intake implements EventStreamListener {

    private final Map<String, Boolean> toldSince = new HashMap<>();
    private String lastEventId = "";
    private String channel = "";
    private long retryMillis = FIRST_RETRY_MILLIS;
    private long endedAt;

    /** For channels of which nothing has come yet. */
    private boolean gapTold;

    @Override
    public void field(String name, String value) {
      if (name.equals("channel")) {
        channel = value;
      }
    }

    @Override
    public void retry(long millis) {
      retryMillis = millis;
    }

    @Override
    public void blockWithoutData() {
      channel = "";
    }

    @Override
    public void event(String id, String type, String data) {
      switch (type) {
        case "connected" -> {
          connections.incrementAndGet();
          if (endedAt != 0) {
            returns.add((System.nanoTime() - endedAt) / 1_000_000);
            endedAt = 0;
          }
        }
        case "gap" -> {
          gaps.incrementAndGet();
          last.keySet().forEach(each -> toldSince.put(each, true));
          gapTold = true;
        }
        default -> number(id, data);
      }
      channel = "";
    }

    private void number(String id, String data) {
      String on = channel;
      long number = Long.parseLong(data);
      AtomicLong known = last.computeIfAbsent(on, name -> new AtomicLong());
      long before = known.get();
      boolean told = toldSince.getOrDefault(on, gapTold);
      // What Redis has lost, and a gap has told so, may be published again.
      if (number <= before && !told) {
        wrong.add(path + ": " + on + " has " + number + " after " + before + " at " + id);
      } else if (number > before + 1 && !told) {
        wrong.add(path + ": " + on + " lost " + (before + 1) + " to " + (number - 1) + " at " + id);
      }
      known.set(Math.max(before, number));
      toldSince.put(on, false);
    }
  }
}
