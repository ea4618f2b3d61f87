package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.event.ChannelPattern;
import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.redis.RedisOptions;
import io.sluice.redis.RedisProcess;
import io.sluice.redis.RedisStore;
import io.sluice.redis.SharedLogOptions;
import io.sluice.sqlite.SqliteOptions;
import io.sluice.sqlite.SqliteStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every {@link Log}, whatever keeps it. */
class LogContractTest {

  /** The implementations. */
  enum Kind {
    MEMORY,
    /** With all of the past in the window too. */
    SQLITE,
    /** With nothing of the past in the window. */
    SQLITE_REOPENED,
    REDIS,
    REDIS_REOPENED;

    boolean isReopened() {
      return this == SQLITE_REOPENED || this == REDIS_REOPENED;
    }
  }

  private static final Selection ALL = LogParts.Wanted.of("**");

  private static RedisProcess redis;
  private static int logs;

  @TempDir private Path directory;

  private long millis = 1_000_000;
  private final InstantSource clock = () -> Instant.ofEpochMilli(millis);
  private Kind kind = Kind.MEMORY;
  private RetentionRules rules = RetentionRules.DEFAULT;
  private @Nullable Runnable upkeep;
  private Log log;

  @BeforeAll
  static void startRedis(@TempDir Path of) {
    redis = RedisProcess.start(of);
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  private void open(Kind of, RetentionRules with) {
    logs++;
    kind = of;
    rules = with;
    log = open();
  }

  private Log open() {
    if (kind == Kind.MEMORY) {
      return new MemoryLog(new LogOptions("e", LogOptions.MIN_MEMORY_BYTES, rules, false, clock));
    }
    Store opened = store();
    return StoredLog.open(
        opened,
        new LogOptions(opened.epochs(), LogOptions.MIN_MEMORY_BYTES, rules, false, clock),
        () -> {});
  }

  private Store store() {
    if (kind == Kind.REDIS || kind == Kind.REDIS_REOPENED) {
      RedisStore shared =
          RedisStore.open(
              SharedLogOptions.of(RedisOptions.of(redis.url()).withPrefix("log" + logs), rules)
                  .withClock(clock));
      upkeep = shared::maintain;
      return shared;
    }
    SqliteStore file =
        SqliteStore.openInline(
            SqliteOptions.of(directory.resolve("log.db")).withRules(rules).withClock(clock));
    upkeep = file::maintain;
    return file;
  }

  /** From here on the past isn't in memory, if there is something else that has it. */
  private void past() {
    if (kind.isReopened()) {
      log.close();
      log = open();
    }
  }

  @AfterEach
  void close() {
    log.close();
  }

  @ParameterizedTest
  @EnumSource
  void sequencesRiseByOneAndABatchIsTogether(Kind of) {
    open(of, RetentionRules.DEFAULT);
    assertThat(append("a", "1")).isEqualTo(1);
    assertThat(append("b", "2", "3", "4")).isEqualTo(2);
    past();
    assertThat(append("a", "5")).isEqualTo(5);
    assertThat(log.newest()).isEqualTo(5);
    assertThat(read(ALL, new Beginning.After(0))).containsExactly("1", "2", "3", "4", "5");
  }

  @ParameterizedTest
  @EnumSource
  void aReaderGetsWhatItsSelectionMatchesInOrder(Kind of) {
    open(of, RetentionRules.DEFAULT);
    IntStream.range(0, 50).forEach(i -> append(i % 2 == 0 ? "even/" + i % 10 : "odd", "" + i));
    past();
    assertThat(read(LogParts.Wanted.of("odd", "even/4"), new Beginning.After(20)))
        .containsExactly(
            "21", "23", "24", "25", "27", "29", "31", "33", "34", "35", "37", "39", "41", "43",
            "44", "45", "47", "49");
  }

  @ParameterizedTest
  @EnumSource
  void dataComesBackAsItWas(Kind of) {
    open(of, RetentionRules.DEFAULT);
    Publication event =
        new Publication(
            "a", "typ\u00e9", "key", "line\nline\u2028\u00e9".getBytes(StandardCharsets.UTF_8));
    log.append(new Append(List.of(Draft.of(event)), null)).join();
    past();
    Piece piece = piece(ALL, 0);
    assertThat(piece.count()).isEqualTo(1);
    var read = piece.entries().event(0, log.epochs());
    assertThat(read.id()).isEqualTo(new EventId(log.epoch(), 1));
    assertThat(read.type()).isEqualTo("typ\u00e9");
    assertThat(read.key()).isEqualTo("key");
    assertThat(read.data()).isEqualTo("line\nline\u2028\u00e9");
    assertThat(read.time()).isEqualTo(Instant.ofEpochMilli(millis));
  }

  @ParameterizedTest
  @EnumSource
  void aResumeReachesExactlyWhatRetentionKeeps(Kind of) {
    open(of, RetentionRules.all(new Retention(3, null, Long.MAX_VALUE, Retention.Behind.GAP)));
    append("a", "1", "2", "3", "4", "5");
    append("b", "6");
    past();
    assertThat(read(ALL, new Beginning.After(0))).containsExactly("3", "4", "5", "6");
    Loss loss = log.begin(ALL, new Beginning.After(0)).join().loss();
    assertThat(loss).isNotNull();
    assertThat(loss.missed()).isEqualTo(2);
    assertThat(loss.upTo()).isEqualTo(2);
    assertThat(log.begin(ALL, new Beginning.After(2)).join().loss()).isNull();
    assertThat(log.begin(LogParts.Wanted.of("b"), new Beginning.After(0)).join().loss()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void bytesAreCountedAsTheyStandOnTheWire(Kind of) {
    int frame = ("id: e-1\nchannel: a\ndata: " + "x".repeat(100) + "\n\n").length();
    open(of, RetentionRules.all(new Retention(100, null, frame * 2L + 30, Retention.Behind.GAP)));
    IntStream.range(0, 9).forEach(i -> append("a", i + "x".repeat(99)));
    past();
    assertThat(read(ALL, new Beginning.Earliest())).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTooOldIsntReached(Kind of) {
    open(
        of,
        RetentionRules.all(
            new Retention(100, Duration.ofSeconds(10), Long.MAX_VALUE, Retention.Behind.GAP)));
    append("a", "old");
    millis += 9_000;
    append("a", "young");
    millis += 2_000;
    expire();
    past();
    assertThat(read(ALL, new Beginning.Earliest())).containsExactly("young");
    assertThat(log.begin(ALL, new Beginning.After(0)).join().loss()).isNotNull();
  }

  @ParameterizedTest
  @EnumSource
  void transientEventsHaveNumbersAndNoPast(Kind of) {
    open(
        of,
        new RetentionRules(List.of())
            .with("typing/*", new Retention(0, null, Long.MAX_VALUE, Retention.Behind.GAP))
            .with("**", Retention.DEFAULT));
    append("typing/1", "t");
    append("a", "1");
    append("typing/1", "t");
    past();
    assertThat(log.newest()).isEqualTo(3);
    assertThat(append("a", "2")).isEqualTo(4);
    Start start = log.begin(ALL, new Beginning.After(0)).join();
    assertThat(start.loss()).isNull();
    assertThat(read(ALL, new Beginning.After(0))).containsExactly("1", "2");
  }

  @ParameterizedTest
  @EnumSource
  void lastIsOfEachChannelAndType(Kind of) {
    open(of, RetentionRules.DEFAULT);
    append("a", "a1", "a2", "a3");
    append("b", "b1");
    append("a", "a4");
    past();
    assertThat(read(ALL, new Beginning.Last(2))).containsExactly("a3", "b1", "a4");
    assertThat(read(LogParts.Wanted.of("a"), new Beginning.Last(1))).containsExactly("a4");
  }

  @ParameterizedTest
  @EnumSource
  void atBeginsWithWhatIsntOlder(Kind of) {
    open(of, RetentionRules.DEFAULT);
    append("a", "1");
    millis += 1000;
    append("a", "2");
    append("b", "3");
    past();
    Instant second = Instant.ofEpochMilli(millis);
    assertThat(read(ALL, new Beginning.At(second))).containsExactly("2", "3");
    assertThat(log.begin(LogParts.Wanted.of("b"), new Beginning.At(second)).join().position())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void piecesAreBoundedAndGoOn(Kind of) {
    open(of, RetentionRules.DEFAULT);
    IntStream.range(0, 100).forEach(i -> append("c/" + i % 7, i + "x".repeat(200)));
    past();
    int pieces = 0;
    int events = 0;
    long position = 0;
    while (position < log.newest()) {
      Piece piece =
          log.read(new Stretch(ALL, position, log.newest(), null, Map.of(), 2_000)).join();
      assertThat(piece.entries().bytes()).isLessThanOrEqualTo(2_000);
      assertThat(piece.reached()).isGreaterThan(position);
      position = piece.reached();
      events += piece.count();
      pieces++;
    }
    assertThat(events).isEqualTo(100);
    assertThat(pieces).isGreaterThan(10);
  }

  @ParameterizedTest
  @EnumSource
  void channelsTellWhatTheyRetain(Kind of) {
    open(of, RetentionRules.all(new Retention(2, null, Long.MAX_VALUE, Retention.Behind.GAP)));
    append("a", "1", "2", "3");
    append("b/c", "4");
    past();
    List<ChannelFigures> found = log.channels(ChannelPattern.parse("a"), 10).join();
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().retained()).isEqualTo(2);
    assertThat(found.getFirst().oldest()).isEqualTo(2);
    assertThat(found.getFirst().newest()).isEqualTo(3);
    assertThat(found.getFirst().evictedThrough()).isEqualTo(1);
    assertThat(log.channels(ChannelPattern.ALL, 10).join())
        .extracting(ChannelFigures::channel)
        .containsExactlyInAnyOrder("a", "b/c");
    assertThat(log.matchesMoreThan(1, ALL).join()).isTrue();
    assertThat(log.matchesMoreThan(2, ALL).join()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsAppendedAfterTheEnd(Kind of) {
    open(of, RetentionRules.DEFAULT);
    append("a", "1");
    log.close();
    assertThatThrownBy(() -> append("a", "2"))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(log.newest()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTooMuchAtOnceIsRefusedAndUsesNoNumber(Kind of) {
    open(of, RetentionRules.DEFAULT);
    assertThatThrownBy(() -> append("a", "x".repeat(600_000)))
        .hasCauseInstanceOf(LogFullException.class);
    assertThat(append("a", "1")).isEqualTo(1);
  }

  // ---- doing it

  private long append(String channel, String... data) {
    List<Draft> drafts = new ArrayList<>();
    for (String each : data) {
      drafts.add(Draft.of(Publication.of(channel, each)));
    }
    return log.append(new Append(drafts, null)).join().first().sequence();
  }

  private void expire() {
    log.window().expire();
    if (upkeep != null) {
      upkeep.run();
    }
  }

  private Piece piece(Selection wanted, long after) {
    return log.read(new Stretch(wanted, after, log.newest(), null, Map.of(), 1 << 20)).join();
  }

  private List<String> read(Selection wanted, Beginning beginning) {
    Start start = log.begin(wanted, beginning).join();
    List<String> found = new ArrayList<>();
    long position = start.position();
    while (position < log.newest()) {
      Piece piece =
          log.read(new Stretch(wanted, position, log.newest(), start.replay(), Map.of(), 1 << 16))
              .join();
      assertThat(piece.lost()).isNull();
      for (int i = 0; i < piece.count(); i++) {
        found.add(piece.entries().event(i, log.epochs()).data());
      }
      position = piece.reached();
    }
    return found;
  }
}
