package io.sluice.bench.micro;

import io.sluice.event.Publication;
import io.sluice.wire.FrameEncoder;
import java.nio.charset.StandardCharsets;
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
 * What an event of 100 bytes costs before and beside the log: its checks, its body outside the
 * lock, its {@code id:} line under the lock.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncodeBenchmark {

  /** An event. */
  @State(Scope.Thread)
  public static class Given {

    /** Whether it has a type and a key. */
    @Param({"false", "true"})
    public boolean named;

    private Publication event;

    /** Makes the event. */
    @Setup(Level.Trial)
    public void make() {
      event = PublishBenchmark.publication(named);
    }
  }

  /** A place in the log. */
  @State(Scope.Thread)
  public static class Place {
    private final byte[] target = new byte[FrameEncoder.MAX_HEAD_BYTES];
    private final byte[] epoch = "bench".getBytes(StandardCharsets.US_ASCII);
    private long sequence = 1_000_000;
  }

  /** The checks. */
  @Benchmark
  public Publication check(Given given) {
    Publication event = given.event;
    return new Publication(event.channel(), event.type(), event.key(), event.data());
  }

  /** All lines that don't depend on the id. */
  @Benchmark
  public byte[] body(Given given) {
    return FrameEncoder.body(given.event);
  }

  /** The {@code id:} line. */
  @Benchmark
  public byte[] head(Place place) {
    FrameEncoder.head(place.target, 0, place.epoch, ++place.sequence, -1);
    return place.target;
  }
}
