package io.sluice.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Opens connections to the server that nodes share. Through Sentinel, each connection asks anew who
 * the master is.
 *
 * <p>A connection that breaks stays broken, and what was under way on it fails: whether the server
 * did it isn't known, and only who sent it knows how to find out. So nothing is ever sent twice by
 * itself. {@link Link} holds one and makes it anew.
 *
 * <p>Thread-safe. Futures complete on Lettuce's own threads, which must not be made to wait.
 */
public final class RedisConnections implements AutoCloseable {

  // Few and the same for all connections: what they do is hand bytes over.
  private static final int THREADS = 2;
  private static final int MAX_WAITING_COMMANDS = 100_000;

  private final RedisOptions options;
  private final ClientResources resources;
  private final RedisClient client;

  /**
   * Makes ready, and connects to nothing yet.
   *
   * @throws IllegalArgumentException if the URL or the certificates can't be used; the message says
   *     why, without a password
   */
  public RedisConnections(RedisOptions options) {
    this.options = options;
    var unused = uri(options);
    ClientOptions.Builder client =
        ClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(MAX_WAITING_COMMANDS)
            .protocolVersion(ProtocolVersion.RESP2)
            .timeoutOptions(TimeoutOptions.enabled(options.timeout()))
            .socketOptions(
                SocketOptions.builder()
                    .connectTimeout(options.timeout())
                    .tcpNoDelay(true)
                    .keepAlive(true)
                    .build());
    options.caFile().ifPresent(file -> client.sslOptions(trusting(file)));
    this.resources =
        ClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .build();
    this.client = RedisClient.create(resources);
    this.client.setOptions(client.build());
  }

  static RedisURI uri(RedisOptions options) {
    RedisURI uri;
    try {
      uri = RedisURI.create(options.url());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          options.shownUrl()
              + " isn't the URL of a Redis server; redis://host:6379, rediss://user@host:6379 and"
              + " redis-sentinel://host:26379,host:26379#master are",
          null);
    }
    String user = options.user();
    char[] password = options.secret();
    if (user != null || password.length > 0) {
      uri.setCredentialsProvider(new StaticCredentialsProvider(user, password));
    }
    uri.setTimeout(options.timeout());
    return uri;
  }

  private static SslOptions trusting(Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException(
          file.toAbsolutePath() + " can't be read; name a file with certificates in PEM");
    }
    return SslOptions.builder().jdkSslProvider().trustManager(file.toFile()).build();
  }

  /** How the server is reached. */
  public RedisOptions options() {
    return options;
  }

  /**
   * Opens a connection.
   *
   * @param name what the server shows of it in {@code CLIENT LIST}
   * @return fails with {@link RedisConnectionException}
   */
  public CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connect(String name) {
    RedisURI named = named(name);
    return client.connectAsync(ByteArrayCodec.INSTANCE, named).toCompletableFuture();
  }

  /**
   * Opens a connection on which messages come.
   *
   * @param name what the server shows of it in {@code CLIENT LIST}
   * @return fails with {@link RedisConnectionException}
   */
  public CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> connectPubSub(
      String name) {
    RedisURI named = named(name);
    return client.connectPubSubAsync(ByteArrayCodec.INSTANCE, named).toCompletableFuture();
  }

  // Made anew each time: the library's builder takes no URI of Sentinel's to begin with.
  private RedisURI named(String name) {
    RedisURI named = uri(options);
    named.setClientName(name);
    return named;
  }

  /** Ends all connections. Blocks for a bounded time. */
  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
