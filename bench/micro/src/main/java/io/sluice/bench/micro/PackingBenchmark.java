package io.sluice.bench.micro;

import io.sluice.event.Publication;
import io.sluice.wire.BatchEncoder;
import io.sluice.wire.FrameEncoder;
import io.sluice.wire.GzipData;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to put events into one block, and to compress the data of a large one. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PackingBenchmark {

  /** Events of 100 bytes of JSON. */
  @State(Scope.Thread)
  public static class Several {

    /** How many there are in the block. */
    @Param({"1", "10", "100"})
    public int events;

    private final List<byte[]> frames = new ArrayList<>();

    /** Makes their frames. */
    @Setup
    public void make() {
      String data =
          "{\"symbol\":\"AAPL\",\"price\":187.23,\"change\":-0.42,\"volume\":1234567,"
              + "\"time\":\"2026-01-31T12:00:00.000Z\"}";
      byte[] body = FrameEncoder.body(Publication.of("stocks/AAPL", "price", data));
      for (int i = 0; i < events; i++) {
        byte[] frame = new byte[FrameEncoder.MAX_HEAD_BYTES + body.length];
        byte[] epoch = "bench".getBytes(StandardCharsets.US_ASCII);
        int end = FrameEncoder.head(frame, 0, epoch, 1_000_000L + i, -1);
        System.arraycopy(body, 0, frame, end, body.length);
        frames.add(Arrays.copyOf(frame, end + body.length));
      }
    }
  }

  /** The block of a batch. */
  @Benchmark
  public byte[] batch(Several given) {
    return BatchEncoder.encode(given.frames);
  }

  /** Data of rows of JSON with random numbers. */
  @State(Scope.Thread)
  public static class Large {

    /** Its size in KiB, about. */
    @Param({"1", "4", "64"})
    public int kib;

    /** How hard to try. */
    @Param({"1", "4", "6", "9"})
    public int level;

    private byte[] data = {};

    /** Makes the data. */
    @Setup
    public void make() {
      Random random = new Random(1);
      StringBuilder text = new StringBuilder("[");
      while (text.length() < kib << 10) {
        text.append("{\"id\":").append(random.nextInt(1_000_000));
        text.append(",\"name\":\"item ").append(random.nextInt(1000));
        text.append("\",\"price\":").append(random.nextInt(100_000) / 100.0);
        text.append(",\"stock\":").append(random.nextInt(100)).append(",\"active\":true},");
      }
      data = text.append("{}]").toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Bytes of the result for each byte of data, base64 and marker included. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Size {
    private long in;
    private long out;

    /** Bytes on the wire in a hundred bytes of data. */
    public double percent() {
      return in == 0 ? 0 : 100.0 * out / in;
    }
  }

  /** The data compressed, as the hub does it. */
  @Benchmark
  public byte[] gzip(Large given, Size size) {
    byte[] result;
    try (GzipData gzip = new GzipData(given.level)) {
      result = gzip.encode(given.data);
    }
    size.in += given.data.length;
    size.out += result.length;
    return result;
  }
}
