package io.sluice.bench.micro;

import io.sluice.event.Publication;
import io.sluice.log.Draft;
import io.sluice.log.MemoryLog;
import io.sluice.log.RetentionRules;
import java.util.Collections;
import java.util.List;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to append events of 100 bytes that are encoded already, alone and in batches, to
 * one channel of a log that is full: segments are dropped, nothing is copied.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PublishBenchmark {

  private static final int MEMORY_MIB = 64;

  /** The time for each event, beside that for a batch. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class PerEvent {

    /** How many were appended. */
    public long events;
  }

  /** How many events are appended at once. */
  @Param({"1", "10", "100"})
  public int batch;

  /** Whether they have a type and a key. */
  @Param({"false", "true"})
  public boolean named;

  private MemoryLog log;
  private List<Draft> drafts;

  /** Fills the log until it is cleaned. */
  @Setup(Level.Trial)
  public void fill() {
    log = Logs.open(MEMORY_MIB, RetentionRules.DEFAULT);
    drafts = Collections.nCopies(batch, Draft.of(publication(named)));
    while (log.figures().cleanedSegments() == 0) {
      log.append(drafts);
    }
  }

  static Publication publication(boolean named) {
    Publication plain = Publication.of("stocks/NASDAQ/AAPL", "x".repeat(100));
    return named ? new Publication(plain.channel(), "price", "AAPL", plain.data()) : plain;
  }

  /** One batch. */
  @Benchmark
  public long append(PerEvent perEvent) {
    perEvent.events += batch;
    return log.append(drafts);
  }
}
