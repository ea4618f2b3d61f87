package io.sluice.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.ChannelPattern;
import io.sluice.event.Publication;
import io.sluice.log.Beginning;
import io.sluice.log.Framing;
import io.sluice.log.Loss;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.log.Start;
import io.sluice.log.Stretch;
import io.sluice.sqlite.SqliteOptions.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Publishes, waits, restarts and changes its rules at random, and holds what every reader gets
 * against a model that knows each event.
 */
class RandomRetentionTest {

  private static final int STEPS = 150;
  private static final int RUNS = Integer.getInteger("sluice.runs", 12);

  private static final List<String> PATTERNS =
      List.of(
          "**", "n/*", "n/1", "bytes/*", "age/**", "age/0", "typing", "plain/**", "*/0", "none");

  @TempDir Path directory;

  static List<Long> seeds() {
    Long given = Long.getLong("sluice.seed");
    return given != null ? List.of(given) : new Random().longs(RUNS).boxed().toList();
  }

  private static RetentionRules rules(Random random) {
    Duration age = Duration.ofSeconds(1 + random.nextInt(60));
    return RetentionRules.DEFAULT
        .with(
            "n/*",
            new Retention(1 + random.nextInt(30), null, Long.MAX_VALUE, Retention.Behind.GAP))
        .with(
            "bytes/*",
            new Retention(100, null, 100 + random.nextInt(3000), Retention.Behind.DISCONNECT))
        .with("age/*", new Retention(1000, age, Long.MAX_VALUE, Retention.Behind.GAP))
        .with("typing", Retention.DEFAULT.withEvents(0));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyReaderGetsWhatIsRetainedAndHearsOfTheRest(long seed) {
    Random random = new Random(seed);
    ManualClock clock = new ManualClock();
    RetentionRules rules = rules(random);
    SqliteOptions options =
        SqliteOptions.of(directory.resolve("log.db"))
            .withClock(clock)
            .withRules(rules)
            .withTimeLines(random.nextBoolean())
            .withLimits(new Limits(0, 1 << 20, 1 + random.nextInt(12), 100));
    RetentionModel model = new RetentionModel(rules);
    StoreInUse in = StoreInUse.open(options);
    try {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(8)) {
          case 0 -> clock.advance(Duration.ofMillis(random.nextInt(20_000)));
          case 1 -> in.store.maintain();
          case 2 -> {
            in.close();
            in = StoreInUse.open(options);
          }
          case 3, 4, 5 -> publish(in, model, random);
          default -> {
            model.passed(Math.max(clock.millis(), in.store.newestTimeMillis()));
            check(in, model, random);
          }
        }
      }
    } catch (AssertionError e) {
      throw new AssertionError("-Dsluice.seed=" + seed + ": " + e.getMessage(), e);
    } finally {
      in.close();
    }
  }

  private static void publish(StoreInUse in, RetentionModel model, Random random) {
    List<Publication> events = new ArrayList<>();
    int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 300 : 20);
    String one = channel(random);
    boolean mixed = random.nextBoolean();
    for (int i = 0; i < count; i++) {
      events.add(Publication.of(mixed ? channel(random) : one, "x".repeat(random.nextInt(600))));
    }
    long first = in.append(events, null);
    Framing framing = in.store.framing();
    long time = in.store.newestTimeMillis();
    for (int i = 0; i < count; i++) {
      model.published(first + i, time, events.get(i), framing);
    }
  }

  private static String channel(Random random) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> "n/" + random.nextInt(3);
      case 2 -> "bytes/" + random.nextInt(2);
      case 3 -> "age/" + random.nextInt(3);
      case 4 -> "typing";
      default -> "plain/a/" + random.nextInt(2);
    };
  }

  private static void check(StoreInUse in, RetentionModel model, Random random) {
    Wanted wanted =
        random.nextInt(4) == 0
            ? Wanted.of("n/0", "age/*", "n/*")
            : Wanted.of(PATTERNS.get(random.nextInt(PATTERNS.size())));
    long newest = in.store.newest();
    long position = newest == 0 ? 0 : random.nextLong(newest + 1);

    assertThat(in.sequences(wanted, new Beginning.Earliest())).isEqualTo(model.retained(wanted, 0));
    int last = 1 + random.nextInt(5);
    assertThat(in.sequences(wanted, new Beginning.Last(last))).isEqualTo(model.last(wanted, last));

    Start start = in.begin(wanted, new Beginning.After(position));
    Map<String, Long> floors = model.floors(wanted, position);
    assertThat(new TreeMap<>(start.replay().floors())).isEqualTo(floors);
    assertThat(in.read(wanted, position, start.replay()).stream().map(StoreInUse.Read::sequence))
        .isEqualTo(model.retained(wanted, position));
    checkLoss(start.loss(), floors, model.missed(wanted, position));
    checkLive(in, wanted, position);

    Map<String, List<Long>> figures = new TreeMap<>();
    for (var of : in.store.channels(ChannelPattern.ALL, 100).join()) {
      if (of.retained() > 0) {
        figures.put(
            of.channel(),
            List.of(
                (long) of.retained(), of.bytes(), of.oldest(), of.newest(), of.evictedThrough()));
      }
    }
    assertThat(figures).isEqualTo(model.figures());
  }

  private static void checkLoss(Loss loss, Map<String, Long> floors, long missed) {
    if (floors.isEmpty()) {
      assertThat(loss).isNull();
      return;
    }
    assertThat(loss.upTo()).isEqualTo(floors.values().stream().mapToLong(f -> f).max().orElse(0));
    assertThat(loss.missed()).isIn(Loss.UNKNOWN, missed);
    assertThat(loss.disconnect())
        .isEqualTo(floors.keySet().stream().anyMatch(name -> name.startsWith("bytes/")));
  }

  // A live reader gets whatever is there, and hears once of what isn't.
  private static void checkLive(StoreInUse in, Wanted wanted, long position) {
    long newest = in.store.newest();
    if (position == newest) {
      return;
    }
    var piece =
        in.store
            .read(new Stretch(wanted, position, newest, null, Map.of(), Integer.MAX_VALUE))
            .join();
    Map<String, Long> told = piece.lost() == null ? Map.of() : piece.lost().channels();
    var again =
        in.store.read(new Stretch(wanted, position, newest, null, told, Integer.MAX_VALUE)).join();
    assertThat(again.lost()).isNull();
    assertThat(in.events(again, position)).isEqualTo(in.events(piece, position));
  }
}
