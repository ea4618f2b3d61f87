package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GatheringTest {

  private final Gathering gathering = new Gathering(new Packing(Duration.ZERO, true));

  private static Held held(long sequence, int bytes, boolean compressed) {
    return new Held(
        sequence, 0, null, new byte[bytes], compressed ? new CompletableFuture<>() : null);
  }

  @Test
  void anEventThatIsLargerThanAllThatMayWaitWaitsForTheCompressor() {
    gathering.add(held(7, 3 << 20, true), 5);
    gathering.add(held(8, 100, false), 5);

    assertThat(gathering.releasable()).isZero();
    assertThat(gathering.from()).isEqualTo(5);
  }

  @Test
  void whenTooMuchWaitsBehindItNothingDoes() {
    gathering.add(held(7, 2000, true), 5);
    gathering.add(held(8, 1 << 20, true), 5);
    assertThat(gathering.releasable()).isZero();
    gathering.add(held(9, 1, false), 5);
    assertThat(gathering.releasable()).isEqualTo(3);
  }

  @Test
  void whoHasHadAPartStandsBehindIt() {
    gathering.add(held(7, 10, false), 5);
    gathering.add(held(9, 10, false), 5);
    assertThat(gathering.after(5)).isZero();
    assertThat(gathering.after(8)).isEqualTo(1);
    gathering.remove(1);
    assertThat(gathering.from()).isEqualTo(7);
    gathering.remove(5);
    assertThat(gathering.isEmpty()).isTrue();
    assertThat(gathering.bytes()).isZero();
  }
}
