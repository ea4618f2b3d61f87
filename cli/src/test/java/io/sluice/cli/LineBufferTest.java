package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LineBufferTest {

  @Test
  void batchHasWhatIsThereUpToItsLimits() throws InterruptedException {
    LineBuffer buffer = new LineBuffer(100_000);
    for (int i = 1; i <= 5; i++) {
      buffer.put(new Line(i, "x".repeat(100)));
    }
    buffer.end();
    assertThat(buffer.take(2, 100_000)).extracting(Line::number).containsExactly(1L, 2L);
    assertThat(buffer.take(10, 165)).extracting(Line::number).containsExactly(3L, 4L);
    assertThat(buffer.take(10, 100_000)).extracting(Line::number).containsExactly(5L);
    assertThat(buffer.take(10, 100_000)).isEmpty();
  }

  @Test
  void lineHeavierThanTheBufferPassesAlone() throws InterruptedException {
    LineBuffer buffer = new LineBuffer(10);
    Line heavy = new Line(1, "x".repeat(1000));
    buffer.put(heavy);
    assertThat(buffer.take(10, 1)).containsExactly(heavy);
  }

  @Test
  void fullBufferHoldsTheReaderBackAndLosesNothing() throws Exception {
    LineBuffer buffer = new LineBuffer(300);
    long count = 20_000;
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (long i = 1; i <= count; i++) {
                  buffer.put(new Line(i, "line"));
                }
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              buffer.end();
            });
    List<Long> taken = new ArrayList<>();
    List<Line> batch = buffer.take(1000, 100_000);
    while (!batch.isEmpty()) {
      assertThat(batch).hasSizeLessThanOrEqualTo(300 / batch.getFirst().weight());
      batch.forEach(line -> taken.add(line.number()));
      batch = buffer.take(1000, 100_000);
    }
    reader.get();
    assertThat(taken).isEqualTo(LongStream.rangeClosed(1, count).boxed().toList());
  }
}
