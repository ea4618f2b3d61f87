package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.event.ChannelPattern;
import io.sluice.event.Publication;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Retention, cleaning and the budget, seen from outside. */
class MemoryLogTest {

  private static final Selection ALL = LogParts.Wanted.of("**");
  private static final String KILOBYTE = "x".repeat(1000);

  private long millis = 1_000_000;
  private final InstantSource clock = () -> Instant.ofEpochMilli(millis);
  private MemoryLog log = open(Retention.DEFAULT);

  private MemoryLog open(Retention retention) {
    return open(RetentionRules.all(retention));
  }

  private MemoryLog open(RetentionRules rules) {
    return new MemoryLog(new LogOptions("e", LogOptions.MIN_MEMORY_BYTES, rules, false, clock));
  }

  // ---- retention

  @Test
  void aChannelKeepsSoManyEvents() {
    log = open(new Retention(3, null, Long.MAX_VALUE, Retention.Behind.GAP));
    IntStream.range(0, 10).forEach(i -> append("a", "" + i));
    append("b", "quiet");

    assertThat(replay(begin(ALL, new Beginning.After(0)))).containsExactly(8L, 9L, 10L, 11L);
    assertThat(loss(0)).isEqualTo(7);
  }

  @Test
  void aChannelKeepsSoManyBytesAndAlwaysItsNewestEvent() {
    log = open(new Retention(100, null, 2500, Retention.Behind.GAP));
    IntStream.range(0, 10).forEach(i -> append("a", KILOBYTE));
    assertThat(replay(begin(ALL, new Beginning.After(0)))).containsExactly(9L, 10L);

    append("b", "x".repeat(5000));
    assertThat(
            replay(begin(LogParts.Wanted.of("b"), new Beginning.After(0)), LogParts.Wanted.of("b")))
        .containsExactly(11L);
  }

  @Test
  void eventsExpireOneChannelsAgeAtATime() {
    log =
        open(
            new RetentionRules(
                List.of(
                    rule("short", Duration.ofSeconds(10)), rule("long", Duration.ofSeconds(60)))));
    append("short", "1");
    append("long", "2");
    millis += 5_000;
    append("short", "3");
    millis += 5_000;
    log.expire();
    assertThat(replay(begin(ALL, new Beginning.After(0)))).containsExactly(2L, 3L);
    millis += 5_000;
    log.expire();
    assertThat(replay(begin(ALL, new Beginning.After(0)))).containsExactly(2L);
    millis += 45_000;
    log.expire();
    assertThat(replay(begin(ALL, new Beginning.After(0)))).isEmpty();
    assertThat(loss(0)).isEqualTo(3);
  }

  private static RetentionRules.Rule rule(String pattern, Duration age) {
    return new RetentionRules.Rule(
        ChannelPattern.parse(pattern),
        new Retention(100, age, Long.MAX_VALUE, Retention.Behind.GAP));
  }

  @Test
  void aReaderThatIsALittleBehindGetsWhatRetentionHasGivenUp() {
    log = open(new Retention(1, null, Long.MAX_VALUE, Retention.Behind.GAP));
    IntStream.range(0, 10).forEach(i -> append("a", "" + i));

    Entries entries = new Entries();
    assertThat(log.read(live(ALL, 2), log.lossStamp(), entries)).isEqualTo(10);
    assertThat(entries.count()).isEqualTo(8);
  }

  @Test
  void transientEventsAreReadLiveAndNeverReplayedNorMissed() {
    log = open(new Retention(0, null, Long.MAX_VALUE, Retention.Behind.GAP));
    IntStream.range(0, 5).forEach(i -> append("typing", "" + i));

    Entries entries = new Entries();
    assertThat(log.read(live(ALL, 2), log.lossStamp(), entries)).isEqualTo(5);
    assertThat(entries.count()).isEqualTo(3);
    Start resume = begin(ALL, new Beginning.After(2));
    assertThat(resume.loss()).isNull();
    assertThat(replay(resume)).isEmpty();
  }

  // ---- cleaning and the budget

  @Test
  void aQuietChannelKeepsItsEventThroughABusyOnesTraffic() {
    append("quiet", "the one");
    IntStream.range(0, 5000).forEach(i -> append("busy", KILOBYTE));

    assertThat(
            replay(
                begin(LogParts.Wanted.of("quiet"), new Beginning.Earliest()),
                LogParts.Wanted.of("quiet")))
        .containsExactly(1L);
    assertThat(log.figures().cleanedSegments()).isPositive();
    assertThat(log.figures().memoryBytes()).isLessThan(LogOptions.MIN_MEMORY_BYTES * 5 / 4);
  }

  @Test
  void eventsKeptHereAndThereAmongTrafficDontTakeASegmentEach() {
    for (int i = 0; i < 3000; i++) {
      append("quiet/" + i % 3, "kept");
      IntStream.range(0, 20).forEach(n -> append("busy", KILOBYTE));
    }
    assertThat(
            replay(
                begin(LogParts.Wanted.of("quiet/*"), new Beginning.Earliest()),
                LogParts.Wanted.of("quiet/*")))
        .hasSize(3000);
    assertThat(log.figures().memoryBytes()).isLessThan(LogOptions.MIN_MEMORY_BYTES * 5 / 4);
    assertThat(log.figures().segments()).isLessThan(150);
  }

  @Test
  void aFullHubTakesFromTheHeaviestChannelFirst() {
    IntStream.range(0, 100).forEach(i -> append("light/" + i, "data"));
    IntStream.range(0, 3000).forEach(i -> append("heavy", KILOBYTE));

    assertThat(
            replay(
                begin(LogParts.Wanted.of("light/*"), new Beginning.Earliest()),
                LogParts.Wanted.of("light/*")))
        .hasSize(100);
    long retained = log.figures().retainedBytes();
    assertThat(retained).isBetween(700_000L, LogOptions.MIN_MEMORY_BYTES * 8 / 10);
  }

  @Test
  void whatIndexesOnceHeldIsntCountedForEver() {
    Retention brief =
        new Retention(100_000, Duration.ofSeconds(1), Long.MAX_VALUE, Retention.Behind.GAP);
    log = open(brief);
    List<Long> retained = new ArrayList<>();
    for (int cycle = 0; cycle < 40; cycle++) {
      // Many small events make a long index, which cleaning lets shrink again.
      IntStream.range(0, 4000).forEach(i -> append("bursts", "" + i));
      retained.add(log.figures().retainedEvents());
      millis += 10_000;
      log.expire();
      IntStream.range(0, 600).forEach(i -> append("other", KILOBYTE));
      millis += 10_000;
      log.expire();
    }
    assertThat(retained).containsOnly(4000L);
  }

  @Test
  void channelsThatComeAndGoLeaveNothingBehind() {
    Retention one = new Retention(1, Duration.ofSeconds(1), Long.MAX_VALUE, Retention.Behind.GAP);
    log = open(one);
    for (int i = 0; i < 60_000; i++) {
      append("room/" + i + "/typing", "x");
      millis += 10;
      if (i % 100 == 0) {
        log.expire();
      }
    }
    assertThat(log.figures().channels()).isLessThan(20_000);
    assertThat(log.figures().memoryBytes()).isLessThan(LogOptions.MIN_MEMORY_BYTES * 3 / 2);
    assertThat(log.figures().retainedEvents()).isBetween(100L, 201L);
  }

  @Test
  void aChannelThatIsForgottenAndComesBackStillTellsOfItsLoss() {
    Retention brief =
        new Retention(10, Duration.ofSeconds(1), Long.MAX_VALUE, Retention.Behind.GAP);
    log = open(brief);
    append("a", "1");
    long position = log.newest();
    long told = log.lossStamp();
    append("a", "2");
    forget("a");
    append("a", "3");

    Selection wanted = LogParts.Wanted.of("a");
    assertThat(log.lostAfter(live(wanted, position), told)).isNotNull();
    assertThat(begin(wanted, new Beginning.After(position)).loss()).isNotNull();
  }

  @Test
  void aLossOfAForgottenChannelIsToldOnce() {
    Retention brief =
        new Retention(10, Duration.ofSeconds(1), Long.MAX_VALUE, Retention.Behind.GAP);
    log = open(brief);
    append("keep", "1");
    long position = log.newest();
    append("a", "2");
    forget("a");

    Stretch stretch = live(LogParts.Wanted.of("a"), position);
    Lost lost = log.lostAfter(stretch, 0);
    assertThat(lost).isNotNull();
    long cleaned = log.figures().cleanedSegments();
    while (log.figures().cleanedSegments() == cleaned) {
      append("busy", KILOBYTE);
    }
    assertThat(log.lostAfter(stretch, lost.loss().stamp())).isNull();
  }

  /** Has channels come and expire until the channel isn't known any more. */
  private void forget(String channel) {
    for (int i = 0;
        i < 60_000 && !log.channels(ChannelPattern.parse(channel), 1).join().isEmpty();
        i++) {
      append("room/" + i, "x");
      millis += 10;
      if (i % 100 == 0) {
        log.expire();
      }
    }
    assertThat(log.channels(ChannelPattern.parse(channel), 1).join()).isEmpty();
  }

  @Test
  void cleaningWaitsForReadersAndAppendsAreRefusedMeanwhile() {
    log = open(new Retention(1, null, Long.MAX_VALUE, Retention.Behind.GAP));
    append("a", "first");
    LogReader reader = log.openReader();
    assertThatThrownBy(() -> IntStream.range(0, 5000).forEach(i -> append("a", KILOBYTE)))
        .isInstanceOfSatisfying(
            LogFullException.class,
            full -> assertThat(full.reason()).isEqualTo(LogFullException.Reason.MEMORY));
    long head = log.newest();
    Entries entries = new Entries();
    assertThat(log.read(1, Integer.MAX_VALUE, 1 << 30, entries)).isEqualTo(head);
    assertThat((long) entries.count()).isEqualTo(head - 1);

    reader.advance(head);
    append("a", "goes on");
    assertThat(log.newest()).isEqualTo(head + 1);
    log.release(reader);
  }

  @Test
  void whatCanNeverFitIsRefusedForGood() {
    assertThatThrownBy(() -> append("a", "x".repeat(600_000)))
        .isInstanceOfSatisfying(
            LogFullException.class,
            full -> assertThat(full.reason()).isEqualTo(LogFullException.Reason.TOO_LARGE));
    assertThat(log.newest()).isZero();
  }

  @Test
  void nothingIsAppendedAfterTheEndButAllCanBeRead() {
    append("a", "1");
    log.close();
    assertThatThrownBy(() -> append("a", "2")).isInstanceOf(IllegalStateException.class);
    assertThat(replay(begin(ALL, new Beginning.Earliest()))).containsExactly(1L);
  }

  // ---- where to begin

  @Test
  void lastIsOfEachChannel() {
    IntStream.range(0, 5).forEach(i -> append("a", "" + i));
    IntStream.range(0, 5).forEach(i -> append("b", "" + i));
    append("c", "only");

    assertThat(replay(begin(ALL, new Beginning.Last(2)))).containsExactly(4L, 5L, 9L, 10L, 11L);
  }

  @Test
  void sinceBeginsWithWhatIsntOlder() {
    append("a", "1");
    millis += 1000;
    append("a", "2");
    append("a", "3");
    millis += 1000;
    append("a", "4");

    assertThat(replay(begin(ALL, new Beginning.At(Instant.ofEpochMilli(millis - 1000)))))
        .containsExactly(2L, 3L, 4L);
  }

  private long append(String channel, String data) {
    return log.append(Collections.singletonList(Draft.of(Publication.of(channel, data))));
  }

  private Start begin(Selection wanted, Beginning beginning) {
    return log.begin(wanted, beginning).join();
  }

  private Stretch live(Selection wanted, long after) {
    return new Stretch(wanted, after, log.newest(), null, Map.of(), 1 << 20);
  }

  private long loss(long after) {
    Loss loss = begin(ALL, new Beginning.After(after)).loss();
    return loss == null ? 0 : loss.missed();
  }

  private List<Long> replay(Start start) {
    return replay(start, ALL);
  }

  private List<Long> replay(Start start, Selection wanted) {
    List<Long> found = new ArrayList<>();
    Entries entries = new Entries();
    long position = start.position();
    while (position < log.newest()) {
      position =
          log.read(
              new Stretch(wanted, position, log.newest(), start.replay(), Map.of(), 1 << 16),
              start.told(),
              entries);
      for (int i = 0; i < entries.count(); i++) {
        found.add(entries.sequence(i));
      }
    }
    return found;
  }
}
