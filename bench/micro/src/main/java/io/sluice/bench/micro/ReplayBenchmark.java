package io.sluice.bench.micro;

import io.sluice.event.Publication;
import io.sluice.log.Beginning;
import io.sluice.log.Draft;
import io.sluice.log.Entries;
import io.sluice.log.MemoryLog;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.log.Start;
import io.sluice.log.Stretch;
import io.sluice.subscription.Subscription;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a resume costs that wants 100 events out of a log, of ten channels, one here and one there:
 * as much as it matches, whatever the log holds beside.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReplayBenchmark {

  private static final int WANTED = 100;
  private static final int WANTED_CHANNELS = 10;
  private static final int MEMORY_MIB = 1024;

  // What a stream that catches up reads at a time: all that is wanted fits.
  private static final int PIECE_BYTES = 64 << 10;

  /** How many events the log holds. */
  @Param({"1000", "1000000"})
  public int logEvents;

  private final Subscription subscription = Subscription.to("mine/*");
  private final Entries entries = new Entries();
  private MemoryLog log;

  /** Fills the log. */
  @Setup(Level.Trial)
  public void fill() {
    log = Logs.open(MEMORY_MIB, RetentionRules.all(Retention.DEFAULT.withEvents(logEvents)));
    Traffic others = Traffic.uniform(1_000);
    int each = logEvents / WANTED;
    for (int i = 0; i < logEvents; i++) {
      log.append(i % each == 0 ? wanted(i / each) : others.next());
    }
    if (log.figures().cleanedSegments() > 0 || resume() != WANTED) {
      throw new IllegalStateException("not what is to be measured: " + log.figures());
    }
  }

  private static List<Draft> wanted(int i) {
    return List.of(Draft.of(Publication.of("mine/" + i % WANTED_CHANNELS, "x".repeat(100))));
  }

  /** From an id before all of them to the head. */
  @Benchmark
  public int resume() {
    Start start = log.begin(subscription, new Beginning.After(0)).join();
    log.read(
        new Stretch(
            subscription, start.position(), log.newest(), start.replay(), Map.of(), PIECE_BYTES),
        start.told(),
        entries);
    return entries.count();
  }
}
