package io.sluice.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which server nodes share, and how it is spoken to.
 *
 * <p>Immutable. {@link #toString} doesn't show the password.
 *
 * @param url {@code redis://[user[:password]@]host[:port][/database]}, {@code rediss://…} with TLS,
 *     or {@code redis-sentinel://[user[:password]@]host[:port][,host[:port]…][/database]#master}
 * @param password of the user, or of the server where the URL names none; beats one in the URL
 * @param caFile certificates in PEM by which the server's is checked, in place of the JVM's own
 * @param prefix with which the name of each key begins, in braces: it is the hash tag too
 * @param replicas how many replicas must have an event before it is shown and answered
 * @param timeout how long a command may take before the server is taken for gone
 */
public record RedisOptions(
    String url,
    Optional<String> password,
    Optional<Path> caFile,
    String prefix,
    int replicas,
    Duration timeout) {

  /** The prefix where none is chosen. */
  public static final String DEFAULT_PREFIX = "sluice";

  /** The most replicas that can be asked for. */
  public static final int MAX_REPLICAS = 10;

  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._:-]{1,50}");
  private static final Pattern PASSWORD = Pattern.compile("(://[^/@:]*):[^/@]*@");
  private static final Pattern CREDENTIALS = Pattern.compile("^[a-z-]+://([^/@:]*)(?::([^/@]*))?@");

  public RedisOptions {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "a prefix is 1 to 50 of A-Z a-z 0-9 . _ : - and this isn't: " + prefix);
    }
    if (replicas < 0 || replicas > MAX_REPLICAS) {
      throw new IllegalArgumentException(
          "replicas must be 0 to " + MAX_REPLICAS + ", not " + replicas);
    }
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("the timeout must be positive: " + timeout);
    }
  }

  /** A server by its URL, and all else as it is by default. */
  public static RedisOptions of(String url) {
    return new RedisOptions(
        url, Optional.empty(), Optional.empty(), DEFAULT_PREFIX, 0, Duration.ofSeconds(2));
  }

  /** The same with another password. */
  public RedisOptions withPassword(String other) {
    return new RedisOptions(url, Optional.of(other), caFile, prefix, replicas, timeout);
  }

  /** The same with other certificates to trust. */
  public RedisOptions withCaFile(Path other) {
    return new RedisOptions(url, password, Optional.of(other), prefix, replicas, timeout);
  }

  /** The same with another prefix. */
  public RedisOptions withPrefix(String other) {
    return new RedisOptions(url, password, caFile, other, replicas, timeout);
  }

  /** The same with another number of replicas. */
  public RedisOptions withReplicas(int other) {
    return new RedisOptions(url, password, caFile, prefix, other, timeout);
  }

  /** The same with another timeout. */
  public RedisOptions withTimeout(Duration other) {
    return new RedisOptions(url, password, caFile, prefix, replicas, other);
  }

  /**
   * Looks at the URL.
   *
   * @throws IllegalArgumentException if it isn't one, or has a password in it, where it would be
   *     shown
   */
  public void check() {
    RedisConnections.uri(this);
    Matcher credentials = CREDENTIALS.matcher(url);
    if (credentials.find() && credentials.group(2) != null) {
      throw new IllegalArgumentException(
          shownUrl() + " came with a password; that doesn't belong into a URL");
    }
  }

  /** The name of a key: all of them are on one node of a cluster. */
  public String key(String name) {
    return '{' + prefix + "}:" + name;
  }

  // Not by the library: it takes a user alone for a password.
  @Nullable String user() {
    Matcher credentials = CREDENTIALS.matcher(url);
    return credentials.find() && !credentials.group(1).isEmpty()
        ? decoded(credentials.group(1))
        : null;
  }

  char[] secret() {
    Matcher credentials = CREDENTIALS.matcher(url);
    String inUrl = credentials.find() ? credentials.group(2) : null;
    return password.orElse(inUrl == null ? "" : decoded(inUrl)).toCharArray();
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The URL without its password, to be shown. */
  public String shownUrl() {
    return PASSWORD.matcher(url).replaceFirst("$1@");
  }

  @Override
  public String toString() {
    return shownUrl() + ", prefix " + prefix;
  }
}
