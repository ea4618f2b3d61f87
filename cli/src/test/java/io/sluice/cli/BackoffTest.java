package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Duration STEP = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofSeconds(1);

  /** Always the largest value that it may be. */
  private static final RandomGenerator LARGEST =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }
      };

  @Test
  void boundDoublesUpToItsLimit() {
    Backoff backoff = new Backoff(STEP, LIMIT, LARGEST);
    assertThat(backoff.next(Duration.ZERO)).hasMillis(100);
    assertThat(backoff.next(Duration.ZERO)).hasMillis(200);
    assertThat(backoff.next(Duration.ZERO)).hasMillis(400);
    assertThat(backoff.next(Duration.ZERO)).hasMillis(800);
    assertThat(backoff.next(Duration.ZERO)).hasMillis(1000);
    for (int i = 0; i < 1000; i++) {
      assertThat(backoff.next(Duration.ZERO)).hasMillis(1000);
    }
  }

  @Test
  void successBeginsAgain() {
    Backoff backoff = new Backoff(STEP, LIMIT, LARGEST);
    backoff.next(Duration.ZERO);
    backoff.next(Duration.ZERO);
    backoff.reset();
    assertThat(backoff.next(Duration.ZERO)).hasMillis(100);
  }

  @Test
  void randomTimeComesOnTopOfWhatTheServerAskedFor() {
    Backoff backoff = new Backoff(STEP, LIMIT, new Random(7));
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.next(Duration.ofSeconds(3)))
          .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
    }
  }
}
