package io.sluice.bench.micro;

import io.sluice.log.LogFigures;
import io.sluice.log.MemoryLog;
import io.sluice.log.RetentionRules;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What cleaning costs an append of 100 bytes: the same traffic into a log that never has to be
 * cleaned, and into one that is cleaned all the time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms4g", "-Xmx4g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CleaningBenchmark {

  /** Who gets the events. */
  public enum Channels {
    /** One channel: segments are dropped as they are. */
    ONE,
    /** 1,000 channels alike. */
    THOUSAND,
    /** 1,000 channels, one of them with 99 %: what the others retain is carried over. */
    ONE_BUSY,
    /** 100,000 channels alike; they alone are more than the smallest budget. */
    HUNDRED_THOUSAND;

    private Traffic traffic() {
      return switch (this) {
        case ONE -> Traffic.uniform(1);
        case THOUSAND -> Traffic.uniform(1_000);
        case ONE_BUSY -> Traffic.skewed(1_000, 99);
        case HUNDRED_THOUSAND -> Traffic.uniform(100_000);
      };
    }
  }

  /** What cleaning did in an iteration, as means over all that are measured. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Cleaning {

    /** Bytes of frames copied for each byte of frames appended. */
    public double copiedPerByte;

    /** Cleanings for each million of appends. */
    public double cleanedPerMillion;
  }

  private static final int NEVER_FULL = 1 << 20;

  /** The log's budget. The largest is far more than an iteration fills, and than the heap. */
  @Param({"" + NEVER_FULL, "256", "16"})
  public int memoryMiB;

  /** Who gets the events. */
  @Param public Channels channels;

  private Traffic traffic;
  private MemoryLog log;
  private LogFigures before;

  /** Fills the log until it is cleaned, and then once more, so that all of it has been. */
  @Setup(Level.Trial)
  public void fill() {
    traffic = channels.traffic();
    log = open();
    if (memoryMiB == NEVER_FULL) {
      return;
    }
    // First of all channels alike. Otherwise it would take the quiet ones hours to have retained
    // what they may.
    while (log.figures().cleanedSegments() == 0) {
      traffic.everywhere().forEach(log::append);
    }
    long frames = ((long) memoryMiB << 20) / Logs.newestFrameBytes(log);
    for (long i = 0; i < frames; i++) {
      log.append(traffic.next());
    }
  }

  /** Looks at the figures; a log that is never cleaned begins anew, or the heap would be full. */
  @Setup(Level.Iteration)
  public void begin() {
    if (memoryMiB == NEVER_FULL) {
      log = open();
    }
    before = log.figures();
  }

  private MemoryLog open() {
    MemoryLog opened = Logs.open(memoryMiB, RetentionRules.DEFAULT);
    traffic.everywhere().forEach(opened::append);
    return opened;
  }

  /** One event. */
  @Benchmark
  public long append() {
    return log.append(traffic.next());
  }

  /** Says what cleaning did. */
  @TearDown(Level.Iteration)
  public void end(Cleaning cleaning, BenchmarkParams run) {
    LogFigures after = log.figures();
    double appends = after.newest() - before.newest();
    // JMH adds up what iterations count, so each gives its share of the mean.
    double share = 1.0 / (run.getMeasurement().getCount() * Math.max(1, run.getForks()));
    cleaning.copiedPerByte =
        share
            * (after.copiedBytes() - before.copiedBytes())
            / (appends * Logs.newestFrameBytes(log));
    cleaning.cleanedPerMillion =
        share * 1e6 * (after.cleanedSegments() - before.cleanedSegments()) / appends;
  }
}
