package io.sluice.spring;

import io.sluice.hub.Hub;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether a hub in this process can publish: {@code sluice} in the health endpoint.
 *
 * <p>Thread-safe.
 */
record HubHealth(Hub hub) implements HealthIndicator {

  @Override
  public Health health() {
    String trouble = hub.trouble();
    Health.Builder health =
        trouble != null
            ? Health.down().withDetail("trouble", trouble)
            : hub.isDraining() ? Health.outOfService() : Health.up();
    return health
        .withDetail("streams", hub.streams().size())
        .withDetail("newest", hub.newest().toString())
        .build();
  }
}
