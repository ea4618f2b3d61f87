package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.Publication;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoSourcesTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void everyStockMovesOnAChannelOfItsOwn() {
    List<Publication> updates = new DemoStocks(new Random(1)).next(NOW);

    assertThat(updates).hasSize(8);
    for (Publication update : updates) {
      JsonNode data = JSON.readTree(update.data());
      assertThat(data.propertyNames())
          .containsExactlyInAnyOrder("symbol", "price", "trend", "time");
      assertThat(update.channel()).isEqualTo("stocks/" + data.get("symbol").asString());
      assertThat(update.type()).isEqualTo("stock-update");
      assertThat(data.get("time").asString()).isEqualTo("2026-01-31T12:00:00.000Z");
    }
    assertThat(updates).extracting(Publication::channel).doesNotHaveDuplicates();
  }

  @Test
  void trendComparesWithThePriceBefore() {
    DemoStocks stocks = new DemoStocks(new Random(7));
    Map<String, Double> before = new HashMap<>();
    stocks.next(NOW).forEach(update -> before.put(update.channel(), price(update)));

    for (int step = 0; step < 500; step++) {
      for (Publication update : stocks.next(NOW)) {
        double change = Double.compare(price(update), before.get(update.channel()));
        String trend = change > 0 ? "up" : change < 0 ? "down" : "flat";
        assertThat(JSON.readTree(update.data()).get("trend").asString()).isEqualTo(trend);
        before.put(update.channel(), price(update));
      }
    }
  }

  @Test
  void pricesStillMoveAndLookLikePricesAfterHours() {
    DemoStocks stocks = new DemoStocks(new Random(3));
    Map<String, List<Double>> prices = new HashMap<>();
    for (int step = 0; step < 24 * 300; step++) {
      for (Publication update : stocks.next(NOW)) {
        if (step % 300 == 0) {
          prices.computeIfAbsent(update.channel(), c -> new ArrayList<>()).add(price(update));
        }
      }
    }
    assertThat(prices)
        .allSatisfy(
            (channel, some) -> {
              assertThat(some).allSatisfy(price -> assertThat(price).isBetween(5.0, 1000.0));
              assertThat(new HashSet<>(some)).hasSizeGreaterThan(12);
            });
  }

  @Test
  void metricsTellOfTheMachineAndTheHub() {
    DemoMetrics.Machine machine = machine(0.31249, 1.2549);
    DemoMetrics metrics = new DemoMetrics(machine, () -> new DemoMetrics.HubCounts(2, 123, 456));

    Publication update = metrics.next(NOW).get(0);

    assertThat(update.channel()).isEqualTo("system/metrics");
    assertThat(update.type()).isEqualTo("metrics-update");
    assertThat(JSON.readTree(update.data()))
        .isEqualTo(
            JSON.readTree(
                """
                {"time":"2026-01-31T12:00:00.000Z","cpu":0.312,"cores":4,
                 "memory":{"used":1000,"total":4000},"load":1.25,
                 "hub":{"clients":2,"published":123,"delivered":456}}
                """));
  }

  @Test
  void whatTheMachineDoesNotTellIsLeftOut() {
    DemoMetrics metrics =
        new DemoMetrics(machine(-1, -1), () -> new DemoMetrics.HubCounts(0, 0, 0));

    JsonNode data = JSON.readTree(metrics.next(NOW).get(0).data());

    assertThat(data.has("cpu")).isFalse();
    assertThat(data.has("load")).isFalse();
  }

  @Test
  void thisMachineTellsOfItself() {
    DemoMetrics.Machine machine = DemoMetrics.Machine.here();

    assertThat(machine.cpu()).isLessThanOrEqualTo(1);
    assertThat(machine.cores()).isPositive();
    assertThat(machine.memory().used()).isPositive().isLessThan(machine.memory().total());
  }

  @Test
  void notificationsAreNeverTheSameTwiceInARow() {
    DemoNotifications notifications = new DemoNotifications(new Random(5));
    String before = "";
    for (int i = 0; i < 200; i++) {
      Publication event = notifications.next(NOW).get(0);
      JsonNode data = JSON.readTree(event.data());
      assertThat(event.channel()).isEqualTo("notifications/all");
      assertThat(event.type()).isEqualTo("notification");
      assertThat(data.get("level").asString()).isIn("info", "success", "warning", "error");
      assertThat(data.get("text").asString()).isNotEmpty().doesNotContain("%");
      assertThat(data.get("title").asString()).isNotEqualTo(before);
      before = data.get("title").asString();
    }
  }

  private static double price(Publication update) {
    return JSON.readTree(update.data()).get("price").asDouble();
  }

  private static DemoMetrics.Machine machine(double cpu, double load) {
    return new DemoMetrics.Machine() {
      @Override
      public double cpu() {
        return cpu;
      }

      @Override
      public int cores() {
        return 4;
      }

      @Override
      public DemoMetrics.Memory memory() {
        return new DemoMetrics.Memory(1000, 4000);
      }

      @Override
      public double load() {
        return load;
      }
    };
  }
}
