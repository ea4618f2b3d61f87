package io.sluice.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines between the thread that reads them and the one that publishes them. When it is full, the
 * reader waits, and with it, through the pipe, whoever writes.
 *
 * <p>Thread-safe; made for one reader and one publisher. Guarded by itself.
 */
final class LineBuffer {

  private final int maxWeight;
  private final ArrayDeque<Line> lines = new ArrayDeque<>();
  private long weight;
  private boolean ended;

  /**
   * @param maxWeight how much may wait, in {@link Line#weight}; a single heavier line may wait too
   */
  LineBuffer(int maxWeight) {
    this.maxWeight = maxWeight;
  }

  /** Adds a line, as soon as there is room for it. */
  synchronized void put(Line line) throws InterruptedException {
    while (!lines.isEmpty() && weight + line.weight() > maxWeight) {
      wait();
    }
    lines.add(line);
    weight += line.weight();
    notifyAll();
  }

  /** No more lines will come. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /**
   * Takes what is there, at least one line, as soon as there is one. A line never waits for others
   * to fill a batch.
   *
   * @param maxLines at most this many
   * @param maxBatchWeight no further line once the batch has this weight
   * @return empty when the input has ended and all lines were taken
   */
  synchronized List<Line> take(int maxLines, int maxBatchWeight) throws InterruptedException {
    while (lines.isEmpty() && !ended) {
      wait();
    }
    List<Line> batch = new ArrayList<>(Math.min(maxLines, lines.size()));
    long batchWeight = 0;
    while (!lines.isEmpty() && batch.size() < maxLines && batchWeight < maxBatchWeight) {
      Line line = lines.remove();
      batch.add(line);
      batchWeight += line.weight();
    }
    weight -= batchWeight;
    notifyAll();
    return batch;
  }
}
