package io.sluice.testing;

import io.sluice.client.Backoff;
import io.sluice.client.SluiceClient;
import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.hub.Hub;
import io.sluice.server.Settings;
import io.sluice.server.SluiceServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real hub on a port that the system chose, in this process, with a network before it that fails
 * when it is told to. The port stays the same over {@link #restart}.
 *
 * <pre>{@code
 * try (Fault outage = hub.outage()) {
 *   hub.publish("orders/42", "shipped", "{}"); // while nobody can connect
 * }
 * }</pre>
 *
 * <p>Thread-safe, but for {@link #restart} and {@link #close}, which are for one caller at a time.
 */
public final class TestHub implements AutoCloseable {

  private static final Duration A_YEAR = Duration.ofDays(366);
  private static final Backoff QUICK = new Backoff(Duration.ofMillis(20), Duration.ofMillis(200));

  private final Map<String, String> settings;
  private final @Nullable Path data;
  private final Route route;
  private final AtomicLong aheadMillis = new AtomicLong();
  private final List<AutoCloseable> opened = new ArrayList<>(); // guarded by itself
  private volatile SluiceServer server;

  private TestHub(Builder builder) throws IOException {
    settings = new HashMap<>(builder.settings);
    if (builder.durable) {
      data = Files.createTempDirectory("sluice-test");
      settings.put("history.store", "sqlite");
      settings.put("history.data", data.toString());
    } else {
      data = null;
    }
    route = new Route();
    server = startServer();
  }

  /** A hub with the settings that tests need: nothing is refused, and clients come back quickly. */
  public static TestHub start() throws IOException {
    return builder().start();
  }

  /** Describes a hub. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where clients connect: {@code http://127.0.0.1:…}. */
  public String url() {
    return "http://127.0.0.1:" + route.port();
  }

  /** The hub itself. A restart makes another one. */
  public Hub hub() {
    return server.hub();
  }

  /** A client that comes back quickly; closed with the hub. */
  public SluiceClient client() {
    return closedWithTheHub(SluiceClient.builder(url()).backoff(QUICK).build());
  }

  /**
   * Listens to channels from now on: what is published after this returns is seen. Closed with the
   * hub.
   *
   * @param channels channels and patterns; none: all
   */
  public StreamProbe probe(String... channels) {
    return closedWithTheHub(StreamProbe.on(client().stream(channels)));
  }

  /** Publishes past the network, so that it works whatever is wrong with that. */
  public EventId publish(String channel, String type, String data) {
    return hub().publish(Publication.of(channel, type, data)).join().first();
  }

  /** Publishes an event without a type; see {@link #publish(String, String, String)}. */
  public EventId publish(String channel, String data) {
    return hub().publish(Publication.of(channel, data)).join().first();
  }

  /** Cuts all connections at once. New ones work. */
  public void cut() {
    route.cut();
  }

  /** Cuts all connections, and every new one until what is returned is closed. */
  public Fault outage() {
    return route.outage();
  }

  /**
   * Cuts each new connection after a number of bytes from the hub, be it in the middle of an event,
   * until what is returned is closed. What came before the cut arrives.
   *
   * @param bytes asked for each connection
   */
  public Fault cutEvery(LongSupplier bytes) {
    return route.cutAfter(bytes);
  }

  /**
   * Lets nothing pass until what is returned is closed: connections stay, and are silent. So does a
   * network whose other end is gone without a word.
   */
  public Fault stall() {
    return route.stall();
  }

  /**
   * Lets each connection take no more than this from the hub until what is returned is closed: its
   * readers fall behind.
   *
   * @param bytesPerSecond at least 1
   */
  public Fault slow(long bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("bytesPerSecond must be at least 1: " + bytesPerSecond);
    }
    return route.slow(bytesPerSecond);
  }

  /**
   * Stops the hub without a word and starts it again, at the same URL. A durable one goes on where
   * it was; else its history is gone, and clients that come back are told of a gap with reason
   * {@code reset}.
   */
  public void restart() throws IOException {
    route.leadTo(null);
    route.cut();
    server.close();
    server = startServer();
  }

  /**
   * Has everything published so far grow too old to be kept. Clients that come back and have missed
   * some of it are told of a gap with reason {@code evicted}; those that are connected notice
   * nothing. The hub's clock goes on from there: it is a year later.
   *
   * <p>Channels that {@code history.channels} keeps for any age are not concerned.
   */
  public void evict() {
    aheadMillis.addAndGet(A_YEAR.toMillis());
    hub().expire();
  }

  private SluiceServer startServer() throws IOException {
    InstantSource clock = () -> InstantSource.system().instant().plusMillis(aheadMillis.get());
    SluiceServer started = SluiceServer.start(Settings.of(settings), clock);
    route.leadTo(started.address());
    return started;
  }

  private <T extends AutoCloseable> T closedWithTheHub(T resource) {
    synchronized (opened) {
      opened.add(resource);
    }
    return resource;
  }

  /** Closes it, with the clients and probes that it gave away. */
  @Override
  public void close() {
    List<AutoCloseable> all;
    synchronized (opened) {
      all = new ArrayList<>(opened);
    }
    try {
      for (AutoCloseable resource : all.reversed()) {
        resource.close();
      }
      route.close();
      server.close();
      if (data != null) {
        delete(data);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("a client of the hub can't be closed", e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Says how a hub is. One caller at a time. */
  public static final class Builder {

    private final Map<String, String> settings =
        new HashMap<>(Map.of("listen", "127.0.0.1:0", "stream.retry", "100ms"));
    private boolean durable;

    private Builder() {}

    /**
     * Sets something, as the configuration file does; what is wrong is refused by {@link #start}.
     */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /**
     * Whether history is kept in a file, for {@link TestHub#restart}. The file goes with the hub.
     */
    public Builder durable(boolean kept) {
      durable = kept;
      return this;
    }

    /**
     * Starts it.
     *
     * @throws io.sluice.server.InvalidSettingsException if a setting is wrong
     */
    public TestHub start() throws IOException {
      return new TestHub(this);
    }
  }
}
