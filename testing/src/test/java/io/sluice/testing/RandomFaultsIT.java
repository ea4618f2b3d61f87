package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Delivery;
import io.sluice.client.EventReader;
import io.sluice.client.Gap;
import io.sluice.client.ReceivedEvent;
import io.sluice.client.SluiceClient;
import io.sluice.event.Publication;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Publishes and reads through a network that fails at random, and holds what was read against what
 * was published: nothing twice, nothing out of order, nothing missing but what a gap has told.
 *
 * <p>{@code -Dfaults.events=100000} makes it longer, {@code -Dfaults.seed=…} repeats a schedule.
 */
@Timeout(600)
class RandomFaultsIT {

  private static final int EVENTS = Integer.getInteger("faults.events", 400);

  @Test
  @SluiceTest(durable = true)
  void nothingIsLostOrRepeatedByCutsStallsAndRestarts(TestHub hub, SluiceClient client)
      throws IOException, InterruptedException {
    Random random = seeded("cuts");
    try (Fault cuts = hub.cutEvery(() -> random.nextLong(1, 20_000));
        EventReader reader = client.stream("numbers").startEarliest().open()) {
      int published = 0;
      int read = 0;
      while (read < EVENTS) {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        int more = Math.min(random.nextInt(1, 200), EVENTS - published);
        for (int i = 0; i < more; i++) {
          answers.add(
              client.publishAsync(
                  Publication.of("numbers", published + " " + "x".repeat(random.nextInt(200)))));
          published++;
        }
        if (random.nextInt(10) == 0) {
          hub.cut();
        }
        answers.forEach(CompletableFuture::join);
        if (random.nextInt(40) == 0) {
          hub.restart();
        }
        int some = random.nextInt(published - read + 1);
        for (int i = 0; i < some; i++) {
          assertThat(number(reader.next())).isEqualTo(read);
          read++;
        }
      }
      assertThat(reader.next(Duration.ofMillis(300))).as("one more").isNull();
    }
  }

  @Test
  @SluiceTest(settings = "history.channels={\"**\": {events: 40, age: 24h}}")
  void whatIsMissingIsWhatGapsHaveTold(TestHub hub, SluiceClient client)
      throws InterruptedException {
    Random random = seeded("gaps");
    try (EventReader reader = client.stream("numbers").startEarliest().open()) {
      // With a position, so that everything that is missing from here on must be told.
      hub.publish("numbers", "0 first");
      assertThat(number(reader.next())).isEqualTo(0);
      int expected = 1;
      int published = 1;
      int gaps = 0;
      Fault cuts = hub.cutEvery(() -> random.nextLong(1, 8_000));
      hub.cut();
      while (expected < EVENTS) {
        int more = Math.min(random.nextInt(1, 100), EVENTS - published);
        for (int i = 0; i < more; i++) {
          hub.publish("numbers", published + " " + "x".repeat(random.nextInt(200)));
          published++;
        }
        // All of it: what waits to be read isn't lost by a live reader.
        while (expected < published) {
          switch (reader.next()) {
            case ReceivedEvent event -> {
              assertThat(number(event)).isEqualTo(expected);
              expected++;
            }
            case Gap gap -> {
              expected += (int) gap.missed().orElseThrow();
              gaps++;
            }
            case null -> throw new AssertionError("the stream is over: " + reader.end());
          }
        }
        assertThat(expected).isLessThanOrEqualTo(published);
      }
      cuts.close();
      assertThat(gaps).as("gaps").isPositive();
    }
  }

  private static int number(Delivery delivery) {
    assertThat(delivery).isInstanceOf(ReceivedEvent.class);
    String data = ((ReceivedEvent) delivery).data();
    return Integer.parseInt(data.substring(0, data.indexOf(' ')));
  }

  private static Random seeded(String what) {
    long seed = Long.getLong("faults.seed", new Random().nextLong());
    System.out.println("seed of the random " + what + ": -Dfaults.seed=" + seed);
    return new Random(seed);
  }
}
