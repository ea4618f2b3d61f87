package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Opens streams as fast as the server takes them, and drops each as soon as its response head is
 * there: what it costs to let somebody in.
 *
 * <p>Confined to the thread that calls {@link #run}; it ends by itself after the plan's time.
 */
public final class ConnectRun {

  private static final int RECEIVE_BYTES = 64 << 10;
  private static final int SELECT_MILLIS = 100;

  /** Nothing was opened for so long: the server has gone, or answers nothing. */
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final ConnectPlan plan;
  private final Appendable progress;
  private final RunClock clock = RunClock.start();
  private final ServerProcess server;
  private final Endpoint endpoint;
  private final RequestTemplate request;
  private final Selector selector;
  private final ByteBuffer bytes =
      ByteBuffer.allocateDirect(RECEIVE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final Histogram headMicros = Tally.latencies();

  private long shown;
  private long openedInWindow;
  private long refused;
  private @Nullable String refusal;
  private boolean measuring;
  private long lastAnswerNanos;
  private int open;

  private ConnectRun(ConnectPlan plan, Appendable progress, Selector selector) {
    this.plan = plan;
    this.progress = progress;
    this.selector = selector;
    this.server = LoadRun.serverOf(plan.target());
    this.endpoint = Endpoint.of(plan.target().subscribeUrl());
    this.request = RequestTemplate.subscribing(plan.target());
  }

  /**
   * Makes a run. Blocks until it is over.
   *
   * @param progress is told of each phase, a line at a time
   * @throws LoadException if the server can't be connected to, or answers nothing any more
   */
  public static ConnectReport run(ConnectPlan plan, Appendable progress) {
    try (Selector selector = Selector.open()) {
      ConnectRun run = new ConnectRun(plan, progress, selector);
      try {
        return run.run();
      } finally {
        run.dropAll();
      }
    } catch (IOException e) {
      throw new LoadException("streams can't be opened", e);
    }
  }

  private ConnectReport run() throws IOException {
    long residentBefore = server.residentBytes();
    long windowStart = clock.nanos() + plan.warmUp().toNanos();
    say("warming up for %d s".formatted(plan.warmUp().toSeconds()));
    openUntil(windowStart);
    say("measuring for %d s".formatted(plan.window().toSeconds()));
    measuring = true;
    ProcessorTime used = ProcessorTime.of(server, clock);
    openUntil(windowStart + plan.window().toNanos());
    ProcessorTime inWindow = ProcessorTime.of(server, clock).since(used);
    long residentAfter = server.residentBytes();
    ServerCost cost =
        new ServerCost(
            inWindow.serverMicros(),
            inWindow.serverCores(),
            residentBefore,
            residentAfter,
            residentAfter);
    return new ConnectReport(
        plan,
        openedInWindow,
        refused,
        refusal,
        Percentiles.of(headMicros),
        server.known() ? cost : null,
        inWindow.generatorCores());
  }

  private void openUntil(long nanos) throws IOException {
    lastAnswerNanos = clock.nanos();
    for (long now = clock.nanos(); now < nanos; now = clock.nanos()) {
      while (open < plan.atOnce()) {
        begin();
      }
      selector.select(this::ready, SELECT_MILLIS);
      if (now - lastAnswerNanos > PATIENCE_NANOS) {
        throw new LoadException(
            "no stream was opened for %d s%s"
                .formatted(
                    PATIENCE_NANOS / 1_000_000_000, refusal == null ? "" : "; last: " + refusal));
      }
    }
  }

  private void begin() throws IOException {
    SocketChannel connection = endpoint.connect(0);
    connection.register(selector, SelectionKey.OP_CONNECT, new Opening(clock.micros()));
    open++;
  }

  private void ready(SelectionKey key) {
    SocketChannel connection = (SocketChannel) key.channel();
    Opening opening = (Opening) key.attachment();
    if (key.isConnectable()) {
      subscribe(key, connection);
      return;
    }
    try {
      bytes.clear();
      int length = connection.read(bytes);
      if (length < 0) {
        throw new IOException("the server ended the connection before its answer");
      }
      if (opening.received(bytes, length)) {
        answered(opening);
        drop(connection);
      }
    } catch (IOException | MalformedResponseException e) {
      refused(String.valueOf(e.getMessage()));
      drop(connection);
    }
  }

  // A server that doesn't even accept is no result.
  private void subscribe(SelectionKey key, SocketChannel connection) {
    try {
      connection.finishConnect();
      bytes.clear();
      request.write(bytes, 0, authorization());
      bytes.flip();
      connection.write(bytes);
      if (bytes.hasRemaining()) {
        throw new IOException("a fresh socket didn't take " + bytes.limit() + " bytes");
      }
      key.interestOps(SelectionKey.OP_READ);
    } catch (IOException e) {
      throw new LoadException("a stream can't be opened: " + e.getMessage(), e);
    }
  }

  private String authorization() {
    if (plan.credentials().isEmpty()) {
      return "";
    }
    int next = (int) (shown++ % plan.credentials().size());
    return "Authorization: " + plan.credentials().get(next) + "\r\n";
  }

  private void answered(Opening opening) {
    int status = opening.status();
    if (status != 200) {
      refused("status " + status);
      return;
    }
    lastAnswerNanos = clock.nanos();
    if (measuring) {
      openedInWindow++;
      Tally.record(headMicros, clock.micros() - opening.beganMicros);
    }
  }

  private void refused(String why) {
    refused++;
    refusal = why;
  }

  private void drop(SocketChannel connection) {
    open--;
    try {
      connection.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void dropAll() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
  }

  private void say(String line) throws IOException {
    progress.append(line).append('\n');
  }

  /** A stream that is being opened. Confined as its run. */
  private static final class Opening {

    private final int beganMicros;
    private final ResponseReader reader = new ResponseReader(BodySink.NONE);

    Opening(int beganMicros) {
      this.beganMicros = beganMicros;
    }

    /** Takes what was read; answers whether the head is whole. */
    boolean received(ByteBuffer bytes, int to) {
      reader.received(bytes, 0, to);
      return reader.head() != null;
    }

    int status() {
      ResponseHead head = reader.head();
      return head == null ? 0 : head.status();
    }
  }
}
