package io.sluice.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.event.Publication;
import io.sluice.log.Beginning;
import io.sluice.log.KeptKey;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.sqlite.StoreInUse.Read;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {

  @TempDir Path directory;

  private final ManualClock clock = new ManualClock();
  private SqliteOptions options;

  @BeforeEach
  void chooseFile() {
    options = SqliteOptions.of(directory.resolve("log.db")).withClock(clock);
  }

  private static Publication event(String channel, String type, String key, String data) {
    return new Publication(channel, type, key, data.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void eventsComeBackAsTheyWerePublished() {
    try (StoreInUse in = StoreInUse.open(options)) {
      String epoch = in.store.epochs().current();
      in.append(
          List.of(
              event("a/b", "price", "AAPL", "one\ntwo"),
              event("c", null, null, ""),
              event("a/b", null, "ключ", "drei")),
          null);
      assertThat(in.readFrom(Wanted.of("**"), new Beginning.Earliest()))
          .containsExactly(
              new Read(1, epoch + "-1", "a/b", "price", "AAPL", "one\ntwo"),
              new Read(2, epoch + "-2", "c", null, null, ""),
              new Read(3, epoch + "-3", "a/b", null, "ключ", "drei"));
      assertThat(in.delivered).containsExactly("1:a/b", "2:c", "3:a/b");
    }
  }

  @Test
  void aNewLogHasAnEpochOfItsOwnAndNothingElse() {
    try (StoreInUse in = StoreInUse.open(options)) {
      assertThat(in.store.epochs().current()).matches("[a-z2-7]{6}");
      assertThat(in.store.newest()).isZero();
      assertThat(in.store.keys()).isEmpty();
      assertThat(in.retained("**")).isEmpty();
    }
  }

  @Test
  void aRestartLosesNothingAndGoesOn() {
    String epoch;
    try (StoreInUse in = StoreInUse.open(options)) {
      epoch = in.store.epochs().current();
      in.publish("a", "1", "2");
    }
    try (StoreInUse in = StoreInUse.open(options)) {
      assertThat(in.store.epochs().current()).isEqualTo(epoch);
      assertThat(in.store.newest()).isEqualTo(2);
      assertThat(in.store.newestTimeMillis()).isEqualTo(clock.millis());
      assertThat(in.retained("a")).containsExactly(1L, 2L);
      assertThat(in.publish("a", "3")).isEqualTo(3);
      assertThat(in.retained("a")).containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void transientEventsUseUpNumbersAndNothingElse() {
    options =
        options.withRules(
            RetentionRules.DEFAULT.with("typing/**", Retention.DEFAULT.withEvents(0)));
    try (StoreInUse in = StoreInUse.open(options)) {
      in.publish("a", "1");
      in.publish("typing/x", "2");
      assertThat(in.delivered).containsExactly("1:a", "2:typing/x");
      assertThat(in.retained("**")).containsExactly(1L);
    }
    try (StoreInUse in = StoreInUse.open(options)) {
      assertThat(in.store.newest()).isEqualTo(2);
      assertThat(in.publish("a", "3")).isEqualTo(3);
      assertThat(in.lossAfter(0, "**")).isNull();
    }
  }

  @Test
  void keysSurviveForTenMinutes() {
    try (StoreInUse in = StoreInUse.open(options)) {
      in.append(List.of(event("a", null, null, "1")), "old");
      clock.advance(Duration.ofMinutes(6));
      in.append(List.of(event("a", null, null, "2"), event("b", null, null, "3")), "new");
    }
    try (StoreInUse in = StoreInUse.open(options)) {
      assertThat(in.store.keys()).extracting(KeptKey::key).containsExactly("old", "new");
      assertThat(in.store.keys().getLast()).isEqualTo(new KeptKey("new", 2, 2, clock.millis()));
    }
    clock.advance(Duration.ofMinutes(4));
    try (StoreInUse in = StoreInUse.open(options)) {
      assertThat(in.store.keys()).extracting(KeptKey::key).containsExactly("new");
    }
  }

  @Test
  void timeNeverGoesBackEvenWhereTheClockDoes() {
    try (StoreInUse in = StoreInUse.open(options)) {
      in.publish("a", "1");
      long time = in.store.newestTimeMillis();
      clock.advance(Duration.ofSeconds(-5));
      in.publish("a", "2");
      assertThat(in.store.newestTimeMillis()).isEqualTo(time);
    }
  }

  @Test
  void interleavedChannelsAreReadInOrderFromAnyPosition() {
    try (StoreInUse in = StoreInUse.open(options)) {
      List<Publication> events = new ArrayList<>();
      for (int i = 0; i < 700; i++) {
        events.add(event("c/" + i % 7, i % 3 == 0 ? "t" : null, null, "x".repeat(i % 400)));
      }
      in.append(events, null);
      in.publish("d", "last");
      for (long after : new long[] {0, 1, 6, 7, 99, 500, 699, 700, 701}) {
        List<Long> all = in.sequences(Wanted.of("**"), new Beginning.After(after));
        assertThat(all).hasSize((int) (701 - after)).isSorted();
        List<Long> some = in.sequences(Wanted.of("c/1", "c/4"), new Beginning.After(after));
        assertThat(some)
            .isEqualTo(
                all.stream()
                    .filter(s -> s <= 700 && ((s - 1) % 7 == 1 || (s - 1) % 7 == 4))
                    .toList());
        List<Long> typed = in.sequences(Wanted.of("c/*").types("t"), new Beginning.After(after));
        assertThat(typed)
            .isEqualTo(all.stream().filter(s -> s <= 700 && (s - 1) % 3 == 0).toList());
      }
    }
  }

  @Test
  void aReaderBeginsWhereItWants() {
    try (StoreInUse in = StoreInUse.open(options)) {
      in.publish("a", "1");
      in.publish("b", "2");
      clock.advance(Duration.ofSeconds(10));
      in.publish("a", "3", "4");
      in.publish("b", "5");
      assertThat(in.begin(Wanted.of("b"), new Beginning.Earliest()).position()).isEqualTo(1);
      assertThat(in.begin(Wanted.of("x"), new Beginning.Earliest()).position()).isEqualTo(5);
      assertThat(in.begin(Wanted.of("b"), new Beginning.At(clock.instant())).position())
          .isEqualTo(4);
      assertThat(
              in.begin(Wanted.of("b"), new Beginning.At(clock.instant().plusMillis(1))).position())
          .isEqualTo(5);
      assertThat(in.sequences(Wanted.of("*"), new Beginning.Last(1))).containsExactly(4L, 5L);
      assertThat(in.sequences(Wanted.of("*"), new Beginning.Last(2)))
          .containsExactly(2L, 3L, 4L, 5L);
    }
  }

  @Test
  void theLastEventsAreThoseOfTheTypesWanted() {
    try (StoreInUse in = StoreInUse.open(options)) {
      in.append(
          List.of(
              event("a", "t", null, "1"), event("a", "u", null, "2"), event("a", "t", null, "3")),
          null);
      in.append(List.of(event("a", "u", null, "4")), null);
      assertThat(in.sequences(Wanted.of("a").types("t"), new Beginning.Last(1)))
          .containsExactly(3L);
      assertThat(in.sequences(Wanted.of("a").types("t"), new Beginning.Last(9)))
          .containsExactly(1L, 3L);
    }
  }

  @Test
  void patternsFindTheirChannelsAndNoOthers() {
    try (StoreInUse in = StoreInUse.open(options)) {
      in.publish("a", "1");
      in.publish("a/b", "2");
      in.publish("a/b/c", "3");
      in.publish("a/c", "4");
      in.publish("a-b", "5");
      in.publish("a0", "6");
      assertThat(in.retained("a/*")).containsExactly(2L, 4L);
      assertThat(in.retained("a/**")).containsExactly(2L, 3L, 4L);
      assertThat(in.retained("*")).containsExactly(1L, 5L, 6L);
      assertThat(in.retained("*/*/c")).containsExactly(3L);
      assertThat(in.retained("a/*", "a/b", "**")).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
      assertThat(in.store.matchesMoreThan(5, Wanted.of("**")).join()).isTrue();
      assertThat(in.store.matchesMoreThan(6, Wanted.of("**")).join()).isFalse();
      assertThat(in.store.matchesMoreThan(2, Wanted.of("a/*", "a/b")).join()).isFalse();
    }
  }

  @Test
  void anAppendIsRefusedAfterTheEnd() {
    StoreInUse in = StoreInUse.open(options);
    in.close();
    assertThatThrownBy(() -> in.publish("a", "1")).isInstanceOf(IllegalStateException.class);
  }
}
