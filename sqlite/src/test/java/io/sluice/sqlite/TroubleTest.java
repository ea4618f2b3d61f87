package io.sluice.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TroubleTest {

  @TempDir Path directory;

  private final AtomicLong millis = new AtomicLong(1_000_000);
  private Trouble trouble;

  @BeforeEach
  void begin() {
    trouble = new Trouble(directory.resolve("log.db"), () -> Instant.ofEpochMilli(millis.get()));
  }

  @Test
  void lessThanWhatFailedProvesNothing() {
    trouble.failed("no room", 5000);
    trouble.written(4999);
    assertThat(trouble.why()).isEqualTo("no room");
    trouble.written(5000);
    assertThat(trouble.why()).isNull();
  }

  @Test
  void theSmallestThatFailedIsWhatCounts() {
    trouble.failed("no room", 5000);
    trouble.failed("no room for less", 100);
    trouble.failed("no room again", 9000);
    trouble.written(99);
    assertThat(trouble.why()).isEqualTo("no room again");
    trouble.written(100);
    assertThat(trouble.why()).isNull();

    trouble.failed("later", 5000);
    trouble.written(100);
    assertThat(trouble.why()).isEqualTo("later");
  }

  @Test
  void aTrialThatCanBeWrittenLeavesNothingBehind() {
    assertThat(trouble.hasPassed()).isFalse(); // there is nothing to try for
    trouble.failed("no room", 5000);
    assertThat(trouble.hasPassed()).isTrue();
    assertThat(trouble.why()).isEqualTo("no room"); // until the store has written something too
    assertThat(directory).isEmptyDirectory();
    trouble.over();
    assertThat(trouble.why()).isNull();
  }

  @Test
  void trialsKeepTheirDistance() {
    trouble.failed("no room", 5000);
    assertThat(trouble.hasPassed()).isTrue();
    assertThat(trouble.hasPassed()).isFalse();
    millis.addAndGet(1000);
    assertThat(trouble.hasPassed()).isTrue();
  }

  @Test
  void whatCantBeTriedHasNotPassed() {
    trouble = new Trouble(directory.resolve("gone/log.db"), Instant::now);
    trouble.failed("no disk", 5000);
    assertThat(trouble.hasPassed()).isFalse();
  }
}
