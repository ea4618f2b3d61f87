package io.sluice.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that a listener shows, and how it encrypts: TLS 1.2 and 1.3 (RFC 8446) with the
 * cipher suites that HTTP/2 allows (RFC 9113, appendix A), all of them authenticated and with
 * forward secrecy. ALPN (RFC 7301) chooses between HTTP/2 and HTTP/1.1.
 *
 * <p>When the files change, connections that come from then on see the new certificate, and those
 * that are open stay as they are. New files that can't be used are logged, and what was there
 * before stays in use.
 *
 * <p>Handshakes are worked out by threads of their own: a signature takes up to milliseconds, and
 * after a restart all clients want one at once, while the loops have streams to write.
 *
 * <p>Thread-safe.
 */
public final class TlsKeys implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TlsKeys.class);

  /** How often the files are looked at. */
  private static final Duration CHECK_EVERY = Duration.ofSeconds(5);

  /** Sessions of TLS 1.2 that can be resumed; those of 1.3 are kept by the clients. */
  private static final long SESSIONS_KEPT = 10_000;

  private static final Duration SESSION_LIFE = Duration.ofHours(1);

  private static final ApplicationProtocolConfig PROTOCOLS =
      new ApplicationProtocolConfig(
          ApplicationProtocolConfig.Protocol.ALPN,
          // A client that can speak neither is told so: else its bytes would be taken for HTTP.
          ApplicationProtocolConfig.SelectorFailureBehavior.FATAL_ALERT,
          ApplicationProtocolConfig.SelectedListenerFailureBehavior.FATAL_ALERT,
          ApplicationProtocolNames.HTTP_2,
          ApplicationProtocolNames.HTTP_1_1);

  /** A key, and what connections are encrypted with because of it. */
  private record Loaded(CertifiedKey key, SslContext context) {}

  private final InstantSource clock;
  private final @Nullable Path certificate;
  private final @Nullable Path key;
  private final ScheduledThreadPoolExecutor threads;
  private volatile Loaded loaded;

  /** What was last tried, fit or not. Guarded by this. */
  private @Nullable CertificateFiles tried;

  /** Of files that couldn't be read, the last message; it is logged once. Guarded by this. */
  private String unreadable = "";

  private TlsKeys(TlsSettings settings, InstantSource clock) {
    this.clock = clock;
    certificate = settings.certificate().orElse(null);
    key = settings.key().orElse(null);
    if (certificate != null && key != null) {
      tried = CertificateFiles.read(certificate, key);
      loaded = load(CertifiedKey.read(tried));
    } else if (settings.dev()) {
      loaded = load(DevCertificate.create(clock.instant()));
    } else {
      throw new IllegalArgumentException("the settings don't ask for TLS");
    }
    // Half of the cores, as for the loops: who has a stream is served before who wants one.
    int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    threads =
        new ScheduledThreadPoolExecutor(
            workers, task -> Thread.ofPlatform().name("sluice-tls").daemon().unstarted(task));
    threads.setRemoveOnCancelPolicy(true);
  }

  /**
   * Reads the certificate and its key, or makes them, and looks after the files from then on. The
   * log says by which fingerprint the certificate can be known.
   *
   * @param settings with TLS enabled
   * @throws UnusableCertificateException naming the file and what is wrong with it
   */
  public static TlsKeys open(TlsSettings settings) {
    TlsKeys keys = open(settings, InstantSource.system());
    log.info(
        settings.dev()
            ? "TLS with a certificate made for localhost, SHA-256 {}, valid until {}"
            : "TLS with the certificate SHA-256 {}, valid until {}",
        keys.fingerprint(),
        keys.certificate().getNotAfter().toInstant());
    keys.watch();
    return keys;
  }

  /** The same, but the files are looked at only by {@link #check}. */
  static TlsKeys open(TlsSettings settings, InstantSource clock) {
    return new TlsKeys(settings, clock);
  }

  private void watch() {
    if (certificate != null) {
      long millis = CHECK_EVERY.toMillis();
      threads.scheduleWithFixedDelay(this::check, millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  private Loaded load(CertifiedKey next) {
    for (String warning : next.warnings(clock.instant())) {
      log.warn("{}: {}", certificate, warning);
    }
    try {
      SslContext context =
          SslContextBuilder.forServer(next.key(), next.chain().toArray(X509Certificate[]::new))
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
              .applicationProtocolConfig(PROTOCOLS)
              .sessionCacheSize(SESSIONS_KEPT)
              .sessionTimeout(SESSION_LIFE.toSeconds())
              .build();
      return new Loaded(next, context);
    } catch (SSLException | IllegalArgumentException e) {
      throw new UnusableCertificateException(
          certificate + ": TLS can't be spoken with this certificate: " + e.getMessage(), e);
    }
  }

  /**
   * Looks whether the files have changed, and if so takes what is in them. The content decides:
   * times of files are coarse, and symbolic links that are changed have old ones.
   *
   * @return whether there is another certificate now
   */
  synchronized boolean check() {
    if (certificate == null || key == null) {
      return false;
    }
    try {
      CertificateFiles now = CertificateFiles.read(certificate, key);
      unreadable = "";
      if (now.equals(tried)) {
        return false;
      }
      tried = now;
      loaded = load(CertifiedKey.read(now));
      log.info(
          "{} has changed: the certificate is now {}, valid until {}",
          certificate,
          loaded.key().fingerprint(),
          loaded.key().certificate().getNotAfter().toInstant());
      return true;
    } catch (UnusableCertificateException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(unreadable)) {
        unreadable = message;
        log.error("The certificate stays as it was. {}", message);
      }
      return false;
    } catch (RuntimeException e) {
      // Thrown on, it would end the timer.
      log.error("The certificate stays as it was. {} can't be looked at", certificate, e);
      return false;
    }
  }

  /** What encrypts one connection from now on, with the certificate that is the current one. */
  SslHandler newHandler(ByteBufAllocator allocator) {
    SslHandler handler = loaded.context().newHandler(allocator, threads);
    handler.setHandshakeTimeoutMillis(0); // whoever adds it sees to that
    handler.setCloseNotifyFlushTimeoutMillis(HttpLoop.LINGER.toMillis());
    return handler;
  }

  /** By which people know the current certificate: its SHA-256, {@code 3F:A0:…}. */
  public String fingerprint() {
    return loaded.key().fingerprint();
  }

  /** The current certificate. */
  public X509Certificate certificate() {
    return loaded.key().certificate();
  }

  /** Looks at the files no more. Handshakes that are under way fail: close the listener first. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
