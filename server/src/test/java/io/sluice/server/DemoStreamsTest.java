package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.event.Publication;
import io.sluice.hub.Delivery;
import io.sluice.hub.Hub;
import io.sluice.hub.HubOptions;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DemoStreamsTest {

  private final ManualTimer timer = new ManualTimer();
  private final List<String> published = new ArrayList<>();
  private final DemoStreams streams =
      new DemoStreams(
          timer,
          timer::now,
          events ->
              events.forEach(event -> published.add(timer.seconds() + " " + event.channel())));

  @Test
  void eachStreamKeepsItsOwnInterval() {
    streams.add("two", now -> List.of(Publication.of("two", "")), Duration.ofSeconds(2));
    streams.add("three", now -> List.of(Publication.of("three", "")), Duration.ofSeconds(3));

    timer.advance(Duration.ofSeconds(6));

    assertThat(published)
        .containsExactly("0 two", "0 three", "2 two", "3 three", "4 two", "6 three", "6 two");
  }

  @Test
  void slowSourceDoesNotShiftTheScheduleNorPileUp() {
    streams.add(
        "slow",
        now -> {
          if (timer.seconds() == 2) {
            timer.pass(Duration.ofSeconds(5)); // at 2 s it takes until 7 s: 4 s and 6 s are missed
          }
          return List.of(Publication.of("slow", ""));
        },
        Duration.ofSeconds(2));

    timer.advance(Duration.ofSeconds(10));

    assertThat(published).containsExactly("0 slow", "7 slow", "8 slow", "10 slow");
  }

  @Test
  void failingStreamGoesOnAndSaysSoOnce() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger logger = (Logger) LoggerFactory.getLogger(DemoStreams.class);
    logger.addAppender(lines);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
    try {
      streams.add(
          "odd",
          now -> {
            if (timer.seconds() < 3) {
              throw new IllegalStateException("no figures");
            }
            return List.of(Publication.of("odd", ""));
          },
          Duration.ofSeconds(1));
      streams.add("other", now -> List.of(Publication.of("other", "")), Duration.ofSeconds(2));

      timer.advance(Duration.ofSeconds(4));
    } finally {
      logger.setLevel(null);
      logger.setAdditive(true);
      logger.detachAppender(lines);
    }

    assertThat(published).containsExactly("0 other", "2 other", "3 odd", "4 other", "4 odd");
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "The demo stream odd fails; it goes on trying", "The demo stream odd works again");
  }

  @Test
  void nothingIsPublishedAfterClose() {
    streams.add("one", now -> List.of(Publication.of("one", "")), Duration.ofSeconds(1));
    timer.advance(Duration.ofSeconds(1));

    streams.close();
    timer.advance(Duration.ofSeconds(5));

    assertThat(published).containsExactly("0 one", "1 one");
    assertThat(timer.closed).isTrue();
  }

  @Test
  void allThreeStreamsArePublishedOnTheHub() throws InterruptedException {
    BlockingQueue<String> channels = new LinkedBlockingQueue<>();
    Duration soon = Duration.ofMillis(20);
    try (Hub hub = Hub.open(HubOptions.DEFAULT)) {
      hub.subscribe(
          Subscription.to("**"),
          Origin.live(),
          delivery -> {
            if (delivery instanceof Delivery.Received received) {
              channels.add(received.event().channel());
            }
          });
      DemoStreams live = DemoStreams.start(hub, new DemoSettings(true, soon, soon, soon));
      Set<String> seen = new HashSet<>();
      while (seen.size() < 10) {
        seen.add(channels.take());
      }
      live.close();

      assertThat(seen)
          .contains("stocks/AMBR", "stocks/HELM", "system/metrics", "notifications/all");
    }
  }

  @Test
  void timesAreUtcWithMilliseconds() {
    assertThat(Json.time(Instant.parse("2026-01-31T12:00:00Z")))
        .isEqualTo("2026-01-31T12:00:00.000Z");
  }

  /** Time that passes when it is told to. */
  private static final class ManualTimer implements DemoStreams.Timer {

    private record Task(Runnable task, long atNanos, long order) {}

    private final PriorityQueue<Task> tasks =
        new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::order));
    private long nowNanos;
    private long scheduled;
    private boolean closed;

    @Override
    public long nanoTime() {
      return nowNanos;
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
      tasks.add(new Task(task, nowNanos + delayNanos, scheduled++));
    }

    @Override
    public void close() {
      closed = true;
    }

    void advance(Duration time) {
      long end = nowNanos + time.toNanos();
      while (!tasks.isEmpty() && tasks.peek().atNanos <= end) {
        Task next = tasks.poll();
        nowNanos = Math.max(nowNanos, next.atNanos);
        next.task.run();
      }
      nowNanos = Math.max(nowNanos, end);
    }

    void pass(Duration time) {
      nowNanos += time.toNanos();
    }

    long seconds() {
      return Duration.ofNanos(nowNanos).toSeconds();
    }

    Instant now() {
      return Instant.EPOCH.plusNanos(nowNanos);
    }
  }
}
