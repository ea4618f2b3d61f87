package io.sluice.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publishes lines until each has its answer, whatever happens to the connection or the server.
 *
 * <p>One caller at a time.
 */
final class LinePublisher {

  /*
   * Lines go in batches: what has come in while the request before was on its way, at once, be it a
   * single line. A request that never ended would save a round trip per batch, but many proxies
   * hold a request back until it is complete.
   *
   * No line is lost, because a batch is kept until it is answered as a whole. None is doubled,
   * because it is sent again unchanged and under the same key, and the hub knows an event by that
   * key and its place in the request. After a refused line the rest is a new batch, with a new key:
   * the hub has looked at none of it.
   */

  private static final int MAX_BATCH_LINES = 1000;
  private static final int MAX_BATCH_WEIGHT = 1024 * 1024;

  private final Publisher publisher;
  private final PublishReport report;
  private final Backoff backoff;
  private final Pause pause;
  private final Keys keys;

  /** Makes the idempotency keys of batches. */
  sealed interface Keys {

    /** A batch may be as large as is good: the key is of use to this run alone. */
    record OfThisRun(String prefix) implements Keys {}

    /**
     * The key of a line depends on nothing but its number, so that a later run over the same input
     * publishes nothing twice. That takes a request for each line.
     */
    record OfLineNumbers(String prefix) implements Keys {}
  }

  LinePublisher(
      Publisher publisher, PublishReport report, Backoff backoff, Pause pause, Keys keys) {
    this.publisher = publisher;
    this.report = report;
    this.backoff = backoff;
    this.pause = pause;
    this.keys = keys;
  }

  /**
   * Publishes all lines, until the buffer has ended.
   *
   * @return null, or why the server wants none of them
   */
  @Nullable Refusal publish(LineBuffer lines) throws InterruptedException {
    int maxLines = keys instanceof Keys.OfLineNumbers ? 1 : MAX_BATCH_LINES;
    List<Line> batch = lines.take(maxLines, MAX_BATCH_WEIGHT);
    while (!batch.isEmpty()) {
      Refusal refusal = publish(batch);
      if (refusal != null) {
        return refusal;
      }
      batch = lines.take(maxLines, MAX_BATCH_WEIGHT);
    }
    return null;
  }

  private @Nullable Refusal publish(List<Line> batch) throws InterruptedException {
    List<Line> rest = batch;
    while (!rest.isEmpty()) {
      switch (settle(rest)) {
        case PublishAnswer.Published all -> {
          report.published(rest, all.ids());
          return null;
        }
        case PublishAnswer.LineRefused some -> {
          int before = some.ids().size();
          report.published(rest, some.ids());
          report.refused(rest.get(before).number(), some.reason());
          rest = rest.subList(before + 1, rest.size());
        }
        case PublishAnswer.Refused none -> {
          return none.refusal();
        }
      }
    }
    return null;
  }

  /** Sends the batch until it has an answer that settles it. */
  private PublishAnswer.Settled settle(List<Line> batch) throws InterruptedException {
    String key = key(batch);
    while (true) {
      switch (publisher.publish(batch, key)) {
        case PublishAnswer.Settled settled -> {
          backoff.reset();
          report.working(publisher.hub());
          return settled;
        }
        case PublishAnswer.Unsettled unsettled -> {
          report.waiting(publisher.hub(), unsettled.reason());
          pause.of(backoff.next(unsettled.after()));
        }
      }
    }
  }

  /** Every batch begins at another line, so its first line's number makes the key unique. */
  private String key(List<Line> batch) {
    String prefix =
        switch (keys) {
          case Keys.OfThisRun run -> run.prefix();
          case Keys.OfLineNumbers lineNumbers -> lineNumbers.prefix();
        };
    return prefix + '-' + batch.getFirst().number();
  }
}
