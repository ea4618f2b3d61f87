package io.sluice.bench;

import java.time.Duration;
import java.util.List;

/**
 * What a {@link ConnectRun} needs to know. Immutable.
 *
 * @param target the server under test; nothing is published
 * @param atOnce how many streams are being opened at any time
 * @param credentials what the streams say in {@code Authorization}, each the next one and from the
 *     first again after the last; empty where they say nothing, or what the target's headers have
 * @param warmUp how long streams are opened before the measured time
 * @param window the measured time
 */
public record ConnectPlan(
    Target target, int atOnce, List<String> credentials, Duration warmUp, Duration window) {

  /** Checks the numbers, and that no stream is to say who it is twice. */
  public ConnectPlan {
    credentials = List.copyOf(credentials);
    if (atOnce < 1 || atOnce > 10_000) {
      throw new IllegalArgumentException(atOnce + " streams at once; allowed: 1 to 10000");
    }
    if (window.isNegative() || window.isZero() || warmUp.isNegative()) {
      throw new IllegalArgumentException(
          "%d s measured after %d s; allowed: at least 1 after at least 0"
              .formatted(window.toSeconds(), warmUp.toSeconds()));
    }
    if (!credentials.isEmpty()
        && target.subscribeHeaders().keySet().stream()
            .anyMatch("Authorization"::equalsIgnoreCase)) {
      throw new IllegalArgumentException("one token for all, or one of many for each: not both");
    }
  }
}
