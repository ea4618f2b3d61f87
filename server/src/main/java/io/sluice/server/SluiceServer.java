package io.sluice.server;

import io.sluice.hub.Hub;
import io.sluice.hub.Loop;
import io.sluice.hub.StreamOpener;
import io.sluice.hub.StreamOptions;
import io.sluice.presence.Presence;
import io.sluice.redis.fleet.Fleet;
import io.sluice.sqlite.UnusableFileException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub that is served over HTTP.
 *
 * <p>Thread-safe.
 */
public final class SluiceServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SluiceServer.class);
  private static final Duration LOOPS_END = Duration.ofSeconds(5);

  private final Settings settings;
  private final @Nullable Fleet fleet;
  private final AccessParts access;
  private final @Nullable TlsKeys tls;
  private final Hub hub;
  private final Transport transport;
  private final HttpListener listener;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final @Nullable DemoStreams demo;

  private SluiceServer(Settings settings, InstantSource clock, @Nullable Fleet fleet)
      throws IOException {
    this.settings = settings;
    this.fleet = fleet;
    this.access = AccessParts.open(settings, InstantSource.system(), fleet);
    this.tls = settings.tls().enabled() ? keys(settings.tls()) : null;
    this.hub = HubOpening.open(settings, clock, fleet);
    this.transport = Transport.fastest(settings.loops() == 0 ? loops() : settings.loops());
    Map<Loop, StreamOpener> openers = new HashMap<>();
    for (NettyLoop loop : transport.loops()) {
      openers.put(loop, hub.addLoop(loop));
    }
    hub.streams().observe(new StreamLog());
    OwnedStreams owned = new OwnedStreams(hub.streams(), access.revocations());
    hub.streams().observe(owned);
    access.revocations().onRevoked(revocation -> owned.endRevoked());
    transport
        .group()
        .scheduleAtFixedRate(() -> owned.expire(Instant.now()), 1, 1, TimeUnit.SECONDS);
    Presence presence = HubOpening.presence(settings, hub, fleet);
    Metrics metrics = new Metrics(hub, presence, fleet);
    Routes routes =
        new Routes(
            settings,
            new Routes.Served(hub, openers, access, metrics, presence, new OtherNodes(fleet)),
            Instant.now());
    ListenAddress listen = settings.listen();
    try {
      listener =
          HttpListener.bind(
              transport,
              new InetSocketAddress(listen.host(), listen.port()),
              new HttpService(
                  routes.endpoint(),
                  limits(settings),
                  metrics::refused,
                  settings.proxies(),
                  new PendingRequests(settings.limits().pending())),
              tls);
    } catch (IOException e) {
      transport.close(LOOPS_END);
      hub.close();
      closeKeys();
      throw e;
    }
    this.demo = settings.demo().enabled() ? DemoStreams.start(hub, settings.demo()) : null;
  }

  /**
   * Starts a server.
   *
   * @throws IOException if it can't listen where the settings say
   * @throws InvalidSettingsException if they name files or directories that don't serve
   * @throws UnusableFileException if its history can't be used as it is, or another hub uses it
   */
  public static SluiceServer start(Settings settings) throws IOException {
    return start(settings, InstantSource.system());
  }

  /**
   * Starts a server whose events have another clock's times, and grow old by it: for tests.
   *
   * @throws IOException if it can't listen where the settings say
   */
  public static SluiceServer start(Settings settings, InstantSource clock) throws IOException {
    return start(settings, clock, FleetOpening.join(settings));
  }

  /** Starts one of several that share what a fleet shares; it leaves that when it ends. */
  private static SluiceServer start(Settings settings, InstantSource clock, @Nullable Fleet fleet)
      throws IOException {
    try {
      return new SluiceServer(settings, clock, fleet);
    } catch (RuntimeException | IOException failed) {
      if (fleet != null) {
        fleet.close();
      }
      throw failed;
    }
  }

  private static TlsKeys keys(TlsSettings settings) {
    try {
      return TlsKeys.open(settings);
    } catch (UnusableCertificateException unusable) {
      throw new InvalidSettingsException(
          List.of(
              new SettingProblem("tls", String.valueOf(unusable.getMessage()), "settings", "")));
    }
  }

  // Half of the cores: the kernel's part of every write, the compilers and the collector want the
  // other half. docs/decisions has what two loops on two cores cost.
  private static int loops() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  // More sockets than streams: publishers and operators must get in when all streams are taken.
  private static HttpLimits limits(Settings settings) {
    HttpLimits standard = HttpLimits.standard();
    return new HttpLimits(
        Math.toIntExact(settings.limits().head().bytes()),
        settings.limits().connections() + 1000,
        standard.headTimeout(),
        standard.idleTimeout(),
        standard.bodyTimeout(),
        settings.stream().writeTimeout());
  }

  /** Where it listens, with the port that it got. */
  public InetSocketAddress address() {
    return listener.address();
  }

  /** The hub that it serves. */
  public Hub hub() {
    return hub;
  }

  /**
   * Stops in good order: publishes are refused, every stream is told its own moment to come back
   * and ended, within the drain time. The port stays open until then. Then it closes.
   *
   * @throws InterruptedException if the caller is interrupted while it waits
   */
  public void drain() throws InterruptedException {
    log.info("draining {} streams within {}", hub.streams().size(), settings.drain());
    if (demo != null) {
      demo.close();
    }
    if (fleet != null) {
      fleet.drain();
    }
    var drained = hub.drain(settings.drain());
    listener.drain();
    try {
      drained.get(settings.drain().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warn("{} streams were still open after {}", hub.streams().size(), settings.drain());
    } catch (ExecutionException e) {
      log.error("draining failed", e);
    }
    if (fleet != null) {
      // Clients come back to other nodes within that time, and haven't left until then.
      fleet.leave(settings.stream().retry().plus(StreamOptions.MAX_DRAIN_SPREAD));
    }
    close();
  }

  /** Stops at once; does nothing if it has. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (demo != null) {
      demo.close();
    }
    listener.close();
    if (fleet != null) {
      fleet.close();
    }
    hub.close();
    transport.close(LOOPS_END);
    closeKeys();
  }

  private void closeKeys() {
    access.close();
    if (tls != null) {
      tls.close();
    }
  }
}
