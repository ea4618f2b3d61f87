package io.sluice.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.event.ChannelPattern;
import io.sluice.event.Publication;
import io.sluice.log.Beginning;
import io.sluice.log.KeptKey;
import io.sluice.log.LogFullException;
import io.sluice.log.Loss;
import io.sluice.log.Piece;
import io.sluice.log.Retention;
import io.sluice.log.Retention.Behind;
import io.sluice.log.RetentionRules;
import io.sluice.log.Start;
import io.sluice.log.StoreFailedException;
import io.sluice.log.Stretch;
import io.sluice.sqlite.SqliteOptions.Limits;
import io.sluice.sqlite.StoreInUse.Read;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  @Test
  void missedEventsAreCountedWhereTheyCanBe() {
    options = options.withRules(RetentionRules.all(retention(3, null, Long.MAX_VALUE)));
    try (StoreInUse in = StoreInUse.open(options)) {
      for (int i = 1; i <= 20; i++) {
        in.publish("a", "event " + i);
      }
      assertThat(in.retained("a")).containsExactly(18L, 19L, 20L);
      assertThat(in.lossAfter(5, "a")).isEqualTo(new Loss(0, 17, 12, false));
      assertThat(in.lossAfter(16, "a")).isEqualTo(new Loss(0, 17, 1, false));
      assertThat(in.lossAfter(17, "a")).isNull();
      in.publish("b", "another channel");
      assertThat(in.lossAfter(5, "b")).isNull();
      assertThat(in.lossAfter(5, "*")).isEqualTo(new Loss(0, 17, 12, false));
    }
  }

  @Test
  void aLossIsToldOnceAndWithWhatIsLeft() {
    options =
        options.withRules(
            RetentionRules.all(new Retention(3, null, Long.MAX_VALUE, Behind.DISCONNECT)));
    try (StoreInUse in = StoreInUse.open(options)) {
      for (int i = 1; i <= 20; i++) {
        in.publish("a", "event " + i);
      }
      Stretch stretch = new Stretch(Wanted.of("a"), 5, 20, null, Map.of(), 10_000);
      Piece piece = in.store.read(stretch).join();
      // Whatever is still there is read, retained or not.
      long lost = piece.lost().channels().get("a");
      assertThat(piece.lost().loss()).isEqualTo(new Loss(0, lost, lost - 5, true));
      assertThat(in.events(piece, 5)).extracting(Read::sequence).startsWith(lost + 1).endsWith(20L);
      Piece again =
          in.store
              .read(new Stretch(Wanted.of("a"), 5, 20, null, piece.lost().channels(), 10_000))
              .join();
      assertThat(again.lost()).isNull();
    }
  }

  @Test
  void aReplayIsNotTouchedByWhatRetentionGivesUpMeanwhile() {
    options = options.withRules(RetentionRules.all(retention(10, null, Long.MAX_VALUE)));
    try (StoreInUse in = StoreInUse.open(options)) {
      for (int i = 1; i <= 10; i++) {
        in.publish("a", "event " + i);
      }
      Start start = in.begin(Wanted.of("a"), new Beginning.After(0));
      assertThat(start.loss()).isNull();
      for (int i = 11; i <= 30; i++) {
        in.publish("a", "event " + i);
      }
      Piece piece =
          in.store
              .read(new Stretch(Wanted.of("a"), 4, 30, start.replay(), Map.of(), 10_000))
              .join();
      long lost = piece.lost().channels().get("a");
      assertThat(piece.lost().loss()).isEqualTo(new Loss(0, lost, lost - 4, false));
      assertThat(in.events(piece, 4)).extracting(Read::sequence).startsWith(lost + 1);
    }
  }

  @Test
  void whatIsTooOldCannotBeHadFromTheVeryMillisecondOn() {
    options =
        options.withRules(
            RetentionRules.all(retention(1000, Duration.ofSeconds(10), Long.MAX_VALUE)));
    try (StoreInUse in = StoreInUse.open(options)) {
      in.publish("a", "1");
      clock.advance(Duration.ofSeconds(4));
      in.publish("a", "2");
      clock.advance(Duration.ofMillis(5999));
      assertThat(in.retained("a")).containsExactly(1L, 2L);
      clock.advance(Duration.ofMillis(1));
      assertThat(in.retained("a")).containsExactly(2L);
      assertThat(in.lossAfter(0, "a")).isEqualTo(new Loss(0, 1, 1, false));
      clock.advance(Duration.ofSeconds(4));
      in.store.maintain();
      assertThat(in.store.figures().retainedEvents()).isZero();
      assertThat(in.lossAfter(1, "a")).isEqualTo(new Loss(0, 2, 1, false));
      assertThat(in.store.channels(ChannelPattern.ALL, 10).join()).isEmpty();
    }
  }

  @Test
  void otherRulesHoldFromTheStartOn() {
    try (StoreInUse in = StoreInUse.open(options)) {
      for (int i = 1; i <= 50; i++) {
        in.publish("a", "event " + i);
        in.publish("live", "event " + i);
      }
    }
    options =
        options.withRules(
            RetentionRules.DEFAULT
                .with("a", retention(5, null, Long.MAX_VALUE))
                .with("live", Retention.DEFAULT.withEvents(0)));
    try (StoreInUse in = StoreInUse.open(options)) {
      assertThat(in.retained("**")).containsExactly(91L, 93L, 95L, 97L, 99L);
      assertThat(in.lossAfter(10, "a").upTo()).isEqualTo(89);
      assertThat(in.lossAfter(10, "live")).isNull();
      in.store.maintain();
      assertThat(in.retained("**")).containsExactly(91L, 93L, 95L, 97L, 99L);
      assertThat(in.store.figures().retainedEvents()).isEqualTo(5);
    }
    assertThat(SqliteFile.check(options.file()).problems()).isEmpty();
  }

  @Test
  void channelsThatHoldNothingAreForgottenPastABound() {
    options =
        options
            .withLimits(new Limits(0, 1 << 20, 10, 20))
            .withRules(RetentionRules.all(retention(10, Duration.ofSeconds(1), Long.MAX_VALUE)));
    try (StoreInUse in = StoreInUse.open(options)) {
      for (int i = 1; i <= 100; i++) {
        in.publish("c/" + i, "x");
      }
      clock.advance(Duration.ofSeconds(2));
      for (int i = 0; i < 5; i++) {
        in.store.maintain();
        clock.advance(Duration.ofSeconds(2));
      }
      in.publish("new", "x");
      // One that is remembered is counted, one that isn't has lost nobody knows what.
      assertThat(in.lossAfter(0, "c/100")).isEqualTo(new Loss(0, 100, Loss.UNKNOWN, false));
      assertThat(in.lossAfter(99, "c/100")).isEqualTo(new Loss(0, 100, 1, false));
      assertThat(in.lossAfter(0, "c/1")).isEqualTo(new Loss(0, 80, Loss.UNKNOWN, false));
      assertThat(in.lossAfter(0, "never/was")).isEqualTo(new Loss(0, 80, Loss.UNKNOWN, false));
      assertThat(in.lossAfter(80, "never/was")).isNull();
      assertThat(in.lossAfter(80, "c/1", "c/2")).isNull();
      assertThat(in.store.matchesMoreThan(21, Wanted.of("**")).join()).isFalse();
    }
    try (StoreInUse in = StoreInUse.open(options)) {
      assertThat(in.lossAfter(79, "c/1")).isEqualTo(new Loss(0, 80, Loss.UNKNOWN, false));
    }
    assertThat(SqliteFile.check(options.file()).problems()).isEmpty();
  }

  @Test
  void aFileThatIsTooLargeGivesUpWhatIsHeavyAndKeepsWhatIsLight() throws IOException {
    long most = 8 << 20;
    options =
        options
            .withLimits(Limits.DEFAULT.withMaxFileBytes(most))
            .withRules(RetentionRules.all(retention(1_000_000, null, Long.MAX_VALUE)));
    try (StoreInUse in = StoreInUse.open(options)) {
      in.publish("quiet", "one event");
      for (int i = 1; i <= 400; i++) {
        in.publish("heavy/" + i % 3, "x".repeat(30_000), "y".repeat(20_000));
        in.publish("light/" + i % 7, "x".repeat(50));
      }
      in.store.maintain();
      assertThat(in.retained("quiet")).containsExactly(1L);
      assertThat(in.retained("light/*")).hasSize(400);
      assertThat(in.retained("heavy/*").size()).isBetween(50, 600);
      assertThat(in.lossAfter(0, "heavy/1")).isNotNull();
      assertThat(in.store.figures().storedBytes()).isLessThan(most);
    }
    assertThat(Files.size(options.file())).isLessThan(most);
    assertThat(SqliteFile.check(options.file()).problems()).isEmpty();
  }

  @Test
  void spaceIsGivenBack() throws IOException {
    options =
        options.withRules(
            RetentionRules.all(retention(1_000_000, Duration.ofSeconds(5), Long.MAX_VALUE)));
    try (StoreInUse in = StoreInUse.open(options)) {
      for (int i = 0; i < 100; i++) {
        in.publish("a", "x".repeat(100_000));
      }
      clock.advance(Duration.ofSeconds(6));
      in.store.maintain();
      in.publish("a", "last");
      assertThat(in.retained("a")).containsExactly(101L);
    }
    assertThat(Files.size(options.file())).isLessThan(4 << 20);
  }

  @Test
  void tooMuchAtOnceIsRefused() {
    options = options.withLimits(new Limits(0, 1000, 10, 10));
    try (StoreInUse in = StoreInUse.open(options)) {
      assertThatThrownBy(() -> in.publish("a", "x".repeat(1000)))
          .isInstanceOf(LogFullException.class)
          .hasMessageContaining("at once at most 1000 are taken");
      assertThat(in.publish("a", "x")).isEqualTo(1);
    }
  }

  @Test
  void aRowThatIsDamagedIsNeverPassedOver() throws IOException {
    try (StoreInUse in = StoreInUse.open(options)) {
      for (int i = 1; i <= 300; i++) {
        in.publish("a", "event " + i + "x".repeat(300));
      }
    }
    byte[] all = Files.readAllBytes(options.file());
    int at = new String(all, StandardCharsets.ISO_8859_1).indexOf("event 150x");
    all[at] = 'E';
    Files.write(options.file(), all);
    try (StoreInUse in = StoreInUse.open(options)) {
      Stretch whole = new Stretch(Wanted.of("a"), 0, 300, null, Map.of(), 1 << 20);
      assertThatThrownBy(() -> in.store.read(whole).join())
          .hasCauseInstanceOf(StoreFailedException.class)
          .hasMessageContaining("the row of events 150 to 150 is damaged");
      // Others, and the same reader elsewhere, are served.
      Stretch rest = new Stretch(Wanted.of("a"), 150, 300, null, Map.of(), 1 << 20);
      assertThat(in.store.read(rest).join().count()).isEqualTo(150);
      assertThat(in.publish("a", "on it goes")).isEqualTo(301);
    }
  }

  private static Retention retention(long events, Duration age, long bytes) {
    return new Retention(events, age, bytes, Behind.GAP);
  }
}
