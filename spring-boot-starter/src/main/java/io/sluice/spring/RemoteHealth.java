package io.sluice.spring;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether a hub somewhere else answers that it is ready: {@code sluice} in the health endpoint.
 *
 * <p>Thread-safe. It waits for the answer, at most 5 seconds.
 */
final class RemoteHealth implements HealthIndicator, AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI hub;

  RemoteHealth(URI hub) {
    this.hub = hub;
  }

  @Override
  public Health health() {
    Health.Builder health = Health.unknown().withDetail("url", hub.toString());
    try {
      String base = hub.toString();
      URI ready =
          URI.create(
              (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/health/ready");
      int status =
          http.send(
                  HttpRequest.newBuilder(ready).timeout(PATIENCE).build(),
                  BodyHandlers.discarding())
              .statusCode();
      return (status == 200 ? health.up() : health.down()).withDetail("status", status).build();
    } catch (IOException unreachable) {
      return health.down(unreachable).build();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return health.down(interrupted).build();
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
