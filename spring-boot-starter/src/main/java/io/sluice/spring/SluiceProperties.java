package io.sluice.spring;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the starter itself is told. Beside these, each setting of the hub is a property with {@code
 * sluice.} before its name: {@code sluice.history.store}, {@code sluice.stream.heartbeat}.
 *
 * <p>Immutable.
 *
 * @param mode Whether the hub is in this process, or somewhere else.
 * @param serve How a hub in this process is served.
 * @param path Where streams are, if the application's own server serves them.
 * @param insecure Let everybody subscribe to everything where there is no SubscriptionPolicy.
 * @param remote The hub somewhere else.
 */
@ConfigurationProperties("sluice")
public record SluiceProperties(
    @DefaultValue("embedded") Mode mode,
    @DefaultValue("application") Serve serve,
    @DefaultValue("/events") String path,
    @DefaultValue("false") boolean insecure,
    @DefaultValue Remote remote) {

  /** Where the hub is. */
  public enum Mode {
    /** In this process. */
    EMBEDDED,
    /** Somewhere else, reached over HTTP. */
    REMOTE
  }

  /** How a hub in this process is served. */
  public enum Serve {
    /**
     * By the application's own web server, at a path; in an application without one, not at all.
     */
    APPLICATION,
    /** By the hub's own server, on a port of its own: sluice.listen. */
    PORT,
    /** Not at all: for subscribers in the same process. */
    NONE
  }

  /**
   * The hub somewhere else.
   *
   * @param url Its address, such as http://127.0.0.1:8080.
   * @param token What it is sent as a bearer token, or the API key; none if empty.
   */
  public record Remote(@Nullable URI url, @Nullable String token) {}

  /**
   * @throws IllegalArgumentException if the path isn't one
   */
  public SluiceProperties {
    if (!path.matches("(/[A-Za-z0-9._~-]+)+")) {
      throw new IllegalArgumentException(
          "sluice.path is \""
              + path
              + "\"; it must be segments of A-Za-z0-9._~- with a slash before each, such as"
              + " /events");
    }
  }
}
