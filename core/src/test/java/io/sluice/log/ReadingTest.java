package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.ChannelPattern;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A scan of the log and a merge of indexes are two ways to the same answer. */
class ReadingTest {

  private static final String[] CHANNELS = {"a", "a/b", "a/c", "b", "b/c/d", "quiet"};
  private static final String[] PATTERNS = {"a", "a/*", "a/**", "**", "b/*/d", "quiet", "none"};

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void scanAndMergeFindTheSame(long seed) {
    Random random = new Random(seed);
    LogParts log = new LogParts();
    for (int i = 0; i < 600; i++) {
      String channel = CHANNELS[random.nextInt(CHANNELS.length)];
      int events = channel.equals("quiet") ? 1000 : 1 + channel.length();
      log.add(channel, random.nextBoolean() ? "t" : null, 1 + random.nextInt(60), keep(events), i);
    }
    Replay replay =
        random.nextBoolean() ? null : new Replay(random.nextInt(600), java.util.Map.of());
    for (int i = 0; i < 50; i++) {
      Selection wanted = wanted(random);
      long after = random.nextInt(600);
      int maxBytes = 1 + random.nextInt(300);
      assertThat(log.merge(wanted, replay, after, maxBytes))
          .as("%s after %s with seed %s", wanted, after, seed)
          .isEqualTo(log.scan(wanted, replay, after, maxBytes));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void whatIsRetainedStaysReadableInOrderThroughCleaning(long seed) {
    Random random = new Random(seed);
    LogParts log = new LogParts();
    List<Long> quiet = new java.util.ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      if (i % 100 == 0) {
        quiet.add(log.add("quiet", "t", 1 + random.nextInt(60), keep(1000), i));
      }
      log.add("busy", "t", 1 + random.nextInt(60), keep(5), i);
      if (i % 7 == 0 && random.nextBoolean()) {
        log.cleaner.cleanOne(log.head, 1);
      }
    }
    while (log.cleaner.cleanOne(log.head, 1)) {
      // until all that can be given back is given back
    }
    Selection all = LogParts.Wanted.of("**");
    Channel busy = log.tree.findOrAdd("busy");
    List<Long> found = log.scan(all, null, 0, 500);

    assertThat(found).isSorted().containsAll(quiet);
    assertThat(log.merge(all, null, 0, 500)).containsAll(quiet).contains(log.head);
    assertThat(log.scan(LogParts.Wanted.of("busy"), null, busy.floor, 500)).hasSize(5);
    assertThat(log.segments.snapshot().length).isLessThan(2 + 20 * 60 * 4 / LogParts.SEGMENT_BYTES);
  }

  private static Selection wanted(Random random) {
    int count = 1 + random.nextInt(3);
    List<ChannelPattern> patterns =
        random
            .ints(count, 0, PATTERNS.length)
            .mapToObj(i -> ChannelPattern.parse(PATTERNS[i]))
            .toList();
    return new LogParts.Wanted(patterns, random.nextBoolean() ? "t" : null);
  }

  private static Retention keep(int events) {
    return new Retention(events, null, Long.MAX_VALUE, Retention.Behind.GAP);
  }
}
