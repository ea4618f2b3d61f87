package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.Publication;
import io.sluice.log.LogFullException;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.Control;
import io.sluice.wire.FrameDecoder;
import io.sluice.wire.Frames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Real threads: publishers, loops and a log that cleans all the time. What a schedule in one thread
 * can't find, such as a segment read while it is cleaned, has its chance here.
 */
@Timeout(60)
class ConcurrencyTest {

  private static final int PUBLISHERS = 4;
  private static final int EVENTS = 4_000;
  private static final int LOOPS = 2;
  private static final String FILLING = "x".repeat(500);

  /** Takes all, and checks that each publisher's events come in order and without a hole. */
  private static final class CountingOutlet implements Outlet {
    final long[] next = new long[PUBLISHERS];
    final List<String> wrong = new ArrayList<>();
    private final LocalLoop loop;
    private long lastSequence = -1;

    CountingOutlet(LocalLoop loop) {
      this.loop = loop;
    }

    @Override
    public int write(Frames frames, int from) {
      for (int i = from; i < frames.count(); i++) {
        Control control = frames.control(i);
        if (control == null) {
          event(frames, i);
        } else if (control instanceof Control.Gap gap && gap.reason() != Control.Reason.RESET) {
          wrong.add("a gap for one who keeps up: " + gap);
        }
      }
      return frames.count() - from;
    }

    private void event(Frames frames, int frame) {
      String data = FrameDecoder.event(frames, frame).data();
      int publisher = data.charAt(0) - '0';
      long number = Long.parseLong(data.substring(2, data.indexOf(' ', 2)));
      if (number != next[publisher] || frames.sequence(frame) <= lastSequence) {
        wrong.add(data.substring(0, 10) + " instead of " + next[publisher]);
      }
      next[publisher] = number + 1;
      lastSequence = frames.sequence(frame);
    }

    @Override
    public int pendingBytes() {
      return 0;
    }

    @Override
    public void end() {}

    @Override
    public void abort() {}

    boolean isComplete() {
      return Arrays.stream(next).allMatch(each -> each == EVENTS);
    }

    /** Looks on its loop, again and again, until all has come or something was wrong. */
    void await() {
      while (!CompletableFuture.supplyAsync(() -> isComplete() || !wrong.isEmpty(), loop).join()) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void everyReaderGetsEachPublishersEventsInOrderWhileTheLogCleans() throws Exception {
    HubOptions options =
        HubOptions.builder()
            .memoryBytes(1 << 20)
            .retention(
                RetentionRules.all(
                    new Retention(50, Duration.ofMinutes(1), Long.MAX_VALUE, Retention.Behind.GAP)))
            .build();
    List<LocalLoop> loops = new ArrayList<>();
    List<CountingOutlet> outlets = new ArrayList<>();
    try (Hub hub = Hub.open(options)) {
      for (int i = 0; i < LOOPS; i++) {
        LocalLoop loop = new LocalLoop("loop-" + i);
        loops.add(loop);
        StreamOpener opener = hub.addLoop(loop);
        outlets.add(open(loop, opener, Subscription.to("**"), Origin.live()));
        outlets.add(open(loop, opener, Subscription.to("busy/*", "quiet"), Origin.live()));
        outlets.add(open(loop, opener, Subscription.to("**"), Origin.lastEventId("other-1")));
      }
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < PUBLISHERS; i++) {
        int publisher = i;
        threads.add(Thread.ofPlatform().start(() -> publish(hub, publisher)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      outlets.forEach(CountingOutlet::await);
      assertThat(hub.figures().log().cleanedSegments()).isPositive();
      assertThat(hub.newest().sequence()).isEqualTo((long) PUBLISHERS * EVENTS);
    } finally {
      loops.forEach(LocalLoop::close);
    }
    for (CountingOutlet outlet : outlets) {
      assertThat(outlet.wrong).isEmpty();
    }
  }

  private static CountingOutlet open(
      LocalLoop loop, StreamOpener opener, Subscription wanted, Origin origin) {
    CountingOutlet outlet = new CountingOutlet(loop);
    CompletableFuture.runAsync(
            () -> opener.open(new StreamRequest(wanted, origin, false), outlet), loop)
        .join();
    return outlet;
  }

  private static void publish(Hub hub, int publisher) {
    for (int number = 0; number < EVENTS; ) {
      String channel = number % 100 == 0 ? "quiet" : "busy/" + publisher;
      String data = publisher + " " + number + " " + FILLING.substring(number % 400);
      try {
        hub.publish(Publication.of(channel, data)).join();
        number++;
      } catch (CompletionException refused) {
        // Publishers are faster than loops, as they may be: the hub says so, and they try again.
        assertThat(refused).hasCauseInstanceOf(LogFullException.class);
        Thread.onSpinWait();
      }
    }
  }
}
