package io.sluice.deploy;

import io.sluice.wire.EventStreamListener;
import io.sluice.wire.EventStreamParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A client that does what a browser's EventSource does, and no more: it comes back when a
 * connection is lost or a stream ends, and never again after any other answer than 200 and {@code
 * text/event-stream} (WHATWG HTML, section 9.2.3). Only how long it is told to wait it doesn't.
 *
 * <p>Thread-safe: its own thread fills what others read.
 */
final class PlainEventSource implements AutoCloseable {

  private static final long WAIT_MILLIS = 100;

  /**
   * @param type {@code message} for what has none
   */
  record Event(String id, String type, String data) {}

  /** The head of an answer. */
  record Head(HttpClient.Version version, HttpHeaders fields) {}

  private final HttpClient http;
  private final URI uri;
  private final String[] fields;
  private final Thread thread;

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final List<Head> heads = new CopyOnWriteArrayList<>();
  private final List<Long> retries = new CopyOnWriteArrayList<>();
  private final AtomicInteger heartbeats = new AtomicInteger();
  private volatile @Nullable String failure;
  private volatile boolean closed;
  private volatile @Nullable InputStream open;

  /**
   * Begins.
   *
   * @param fields names and values to send along
   */
  PlainEventSource(HttpClient http, String uri, String... fields) {
    this.http = http;
    this.uri = URI.create(uri);
    this.fields = fields.clone();
    thread = Thread.ofVirtual().name("event source").start(this::follow);
  }

  /** The next event of the hub's or anybody's; waits for it. */
  Event next() throws InterruptedException {
    while (true) {
      Event event = events.poll(100, TimeUnit.MILLISECONDS);
      if (event != null) {
        return event;
      }
      if (failure != null) {
        throw new AssertionError("the stream has ended for good: " + failure);
      }
    }
  }

  /** The next event that isn't one of the hub's own about the connection. */
  Event nextPublished() throws InterruptedException {
    Event event = next();
    while (event.type().equals("connected")) {
      event = next();
    }
    return event;
  }

  /** What the answers so far had. */
  List<Head> heads() {
    return heads;
  }

  /** What streams said of when to come back. */
  List<Long> retries() {
    return retries;
  }

  /** How many blocks came without data. */
  int heartbeats() {
    return heartbeats.get();
  }

  /** Why it has ended for good; null if it hasn't. */
  @Nullable String failure() {
    return failure;
  }

  private void follow() {
    Intake intake = new Intake();
    while (!closed && failure == null) {
      try {
        connect(intake);
        Thread.sleep(WAIT_MILLIS);
      } catch (IOException lost) {
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void connect(Intake intake) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).header("Accept", "text/event-stream").headers(all(intake));
    HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      open = body;
      heads.add(new Head(answer.version(), answer.headers()));
      String type = answer.headers().firstValue("Content-Type").orElse("");
      if (answer.statusCode() != 200 || !type.startsWith("text/event-stream")) {
        failure = answer.statusCode() + " " + type;
        return;
      }
      EventStreamParser parser = new EventStreamParser(intake, 1 << 20, intake.lastEventId);
      byte[] bytes = new byte[8192];
      for (int n = body.read(bytes); n >= 0; n = body.read(bytes)) {
        parser.feed(bytes, 0, n);
        intake.lastEventId = parser.lastEventId();
      }
    }
  }

  private String[] all(Intake intake) {
    List<String> all = new ArrayList<>(List.of("Cache-Control", "no-cache"));
    all.addAll(List.of(fields));
    if (!intake.lastEventId.isEmpty()) {
      all.addAll(List.of("Last-Event-ID", intake.lastEventId));
    }
    return all.toArray(String[]::new);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    InputStream body = open;
    if (body != null) {
      try {
        body.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Confined to the thread. */
  private final class Intake implements EventStreamListener {

    private String lastEventId = "";

    @Override
    public void event(String id, String type, String data) {
      events.add(new Event(id, type, data));
    }

    @Override
    public void blockWithoutData() {
      heartbeats.incrementAndGet();
    }

    @Override
    public void retry(long millis) {
      retries.add(millis);
    }
  }
}
