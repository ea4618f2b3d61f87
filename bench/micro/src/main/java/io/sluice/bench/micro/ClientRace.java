package io.sluice.bench.micro;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.StreamException;
import com.launchdarkly.logging.LDLogger;
import com.sun.management.OperatingSystemMXBean;
import io.sluice.client.EventReader;
import io.sluice.client.EventStream;
import io.sluice.client.ReceivedEvent;
import io.sluice.wire.EventStreamListener;
import io.sluice.wire.EventStreamParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;

/**
 * Has clients for Java read the same events, from memory and from a socket, one after the other in
 * rounds. Each makes an event with id, type and data of what it reads, and hands it to code that
 * adds up the lengths of the data.
 */
public final class ClientRace {

  private static final int DATA_BYTES = 100;
  private static final int PIECE_BYTES = 16 * 1024;

  private final int events;
  private final byte[] stream;
  private final long expected;

  /** Reads all events, and gives the sum of their data's lengths. */
  private interface Runner {
    long run() throws Exception;
  }

  /** What one run took. */
  private record Took(double eventsPerSecond, double cpuNanosPerEvent) {}

  private ClientRace(int events) {
    this.events = events;
    this.stream = stream(events);
    this.expected = (long) events * DATA_BYTES;
  }

  /** Runs the race: how many events, and how many rounds. */
  public static void main(String[] arguments) throws Exception {
    int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    System.out.print(new ClientRace(events).run(rounds));
    System.exit(0); // OkHttp's threads stay for a minute
  }

  private static byte[] stream(int events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String data = "x".repeat(DATA_BYTES);
    for (int i = 1; i <= events; i++) {
      String block =
          "id: k3f9-" + i + "\nevent: price\nchannel: stocks/AAPL\ndata: " + data + "\n\n";
      bytes.writeBytes(block.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private String run(int rounds) throws Exception {
    StringBuilder table = new StringBuilder();
    try (StreamServer server = new StreamServer(stream)) {
      Map<String, Runner> parsing = new LinkedHashMap<>();
      parsing.put("Sluice", this::parseSluice);
      parsing.put("okhttp-eventsource", this::parseLaunchDarkly);
      table.append(table("from memory", parsing, rounds, server));
      Map<String, Runner> reading = new LinkedHashMap<>();
      reading.put("Sluice", () -> readSluice(server.uri()));
      reading.put("okhttp-eventsource", () -> readLaunchDarkly(server.uri()));
      reading.put("okhttp-sse", () -> readOkHttp(server.uri()));
      table.append(table("from a socket", reading, rounds, server));
    }
    return table.toString();
  }

  private String table(String name, Map<String, Runner> runners, int rounds, StreamServer server)
      throws Exception {
    Map<String, List<Took>> took = new LinkedHashMap<>();
    for (int round = -1; round < rounds; round++) {
      for (Map.Entry<String, Runner> runner : runners.entrySet()) {
        Took one = measure(runner.getValue(), server);
        if (round >= 0) { // the one before warms up
          took.computeIfAbsent(runner.getKey(), unused -> new ArrayList<>()).add(one);
        }
      }
    }
    StringBuilder table = new StringBuilder();
    table.append("\n| ").append(name).append(" | events/s | CPU per event |\n|---|---:|---:|\n");
    took.forEach(
        (client, all) ->
            table.append(
                "| %s | %,.0f | %,.0f ns |%n"
                    .formatted(
                        client,
                        median(all.stream().mapToDouble(Took::eventsPerSecond).toArray()),
                        median(all.stream().mapToDouble(Took::cpuNanosPerEvent).toArray()))));
    return table.toString();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  // What the process took but for the server's thread: collecting garbage and compiling included.
  private Took measure(Runner runner, StreamServer server) throws Exception {
    System.gc();
    long cpu = cpuNanos(server);
    long begun = System.nanoTime();
    long sum = runner.run();
    long nanos = System.nanoTime() - begun;
    cpu = cpuNanos(server) - cpu;
    if (sum != expected) {
      throw new IllegalStateException("read " + sum + " bytes of data, not " + expected);
    }
    return new Took(events * 1e9 / nanos, (double) cpu / events);
  }

  private static long cpuNanos(StreamServer server) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getProcessCpuTime()
        - ManagementFactory.getThreadMXBean().getThreadCpuTime(server.thread().threadId());
  }

  private long parseSluice() {
    Adding adding = new Adding();
    EventStreamParser parser = new EventStreamParser(adding, 1 << 20);
    for (int at = 0; at < stream.length; at += PIECE_BYTES) {
      parser.feed(stream, at, Math.min(stream.length, at + PIECE_BYTES));
    }
    return adding.sum;
  }

  private static final class Adding implements EventStreamListener {

    private long sum;
    private @Nullable String channel;

    @Override
    public void event(String id, String type, String data) {
      sum += new ReceivedEvent(id, type, channel, data, null).data().length();
    }

    @Override
    public void field(String name, String value) {
      channel = value;
    }
  }

  private long parseLaunchDarkly() throws StreamException {
    return read(new FromMemory());
  }

  private long readSluice(URI uri) throws InterruptedException {
    long sum = 0;
    try (EventReader reader = EventStream.at(uri).open()) {
      for (int i = 0; i < events; i++) {
        if (reader.next() instanceof ReceivedEvent event) {
          sum += event.data().length();
        }
      }
    }
    return sum;
  }

  private long readLaunchDarkly(URI uri) throws StreamException {
    return read(ConnectStrategy.http(uri));
  }

  private long read(ConnectStrategy from) throws StreamException {
    long sum = 0;
    try (var source = new com.launchdarkly.eventsource.EventSource.Builder(from).build()) {
      source.start();
      for (int i = 0; i < events; i++) {
        sum += source.readMessage().getData().length();
      }
    }
    return sum;
  }

  private long readOkHttp(URI uri) throws InterruptedException {
    OkHttpClient client = new OkHttpClient.Builder().readTimeout(Duration.ZERO).build();
    CountDownLatch done = new CountDownLatch(1);
    long[] sum = {0};
    EventSources.createFactory(client)
        .newEventSource(
            new Request.Builder().url(uri.toString()).build(),
            new EventSourceListener() {
              @Override
              public void onEvent(
                  EventSource source, @Nullable String id, @Nullable String type, String data) {
                sum[0] += data.length();
              }

              @Override
              public void onClosed(EventSource source) {
                done.countDown();
              }
            });
    if (!done.await(2, TimeUnit.MINUTES)) {
      throw new IllegalStateException("okhttp-sse didn't come to the end");
    }
    client.dispatcher().executorService().shutdown();
    return sum[0];
  }

  /** Gives LaunchDarkly's client the events as a stream that is there already. */
  private final class FromMemory extends ConnectStrategy {

    @Override
    public Client createClient(LDLogger logger) {
      return new Client() {
        @Override
        public Result connect(@Nullable String lastEventId) {
          return new Result(
              new ByteArrayInputStream(stream), URI.create("memory:/"), (Closeable) null);
        }

        @Override
        public boolean awaitClosed(long timeoutMillis) {
          return true;
        }

        @Override
        public URI getOrigin() {
          return URI.create("memory:/");
        }

        @Override
        public void close() throws IOException {}
      };
    }
  }
}
