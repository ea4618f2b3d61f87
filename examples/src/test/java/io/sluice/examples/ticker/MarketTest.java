package io.sluice.examples.ticker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.examples.ticker.Market.Happening;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MarketTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Market market = new Market(new Random(1), Map.of());

  private static long of(List<Happening> happenings, String type) {
    return happenings.stream().filter(one -> one.type().equals(type)).count();
  }

  @Test
  void everySymbolMovesByStepsThatAreNumbered() {
    Map<String, Long> numbers = new HashMap<>();
    Map<String, Integer> directions = new TreeMap<>();
    for (int step = 0; step < 100; step++) {
      for (Happening one : market.pass(Duration.ofMillis(20))) {
        Quote quote = one.quote();
        assertThat(quote.n()).isEqualTo(numbers.getOrDefault(quote.symbol(), 0L) + 1);
        assertThat(quote.price()).isPositive();
        directions.merge(quote.price() < quote.open() ? "down" : "up", 1, Integer::sum);
        numbers.put(quote.symbol(), quote.n());
      }
    }
    assertThat(numbers).hasSize(20);
    assertThat(directions).containsOnlyKeys("down", "up");
  }

  @Test
  void jumpsThatGoFarHaltASymbolAndItTradesAgainLater() {
    long halts = 0;
    long resumes = 0;
    Map<String, Boolean> halted = new HashMap<>();
    for (int second = 0; second < 3600; second++) {
      List<Happening> happened = market.pass(SECOND);
      halts += of(happened, "market:halt");
      resumes += of(happened, "market:resume");
      for (Happening one : happened) {
        boolean was = halted.getOrDefault(one.quote().symbol(), false);
        assertThat(one.type().equals("market:price") && was).as("traded while halted").isFalse();
        halted.put(one.quote().symbol(), one.quote().isHalted());
      }
    }
    assertThat(halts).isPositive();
    assertThat(resumes).isBetween(halts - 20, halts);
    assertThat(halted.values()).as("not all for ever").contains(false);
  }

  @Test
  void aHaltLastsEightSecondsAndIsOneHowOftenItIsAskedFor() {
    assertThat(market.halt("TIDE", "by admin")).hasSize(1);
    assertThat(market.halt("TIDE", "by admin")).isEmpty();
    assertThat(market.halt("NONE", "by admin")).isEmpty();

    for (int second = 1; second < 8; second++) {
      assertThat(market.pass(SECOND)).noneMatch(one -> one.quote().symbol().equals("TIDE"));
    }
    assertThat(market.pass(SECOND))
        .anyMatch(one -> one.quote().symbol().equals("TIDE") && one.type().equals("market:resume"));
  }

  @Test
  void itGoesOnWhereItWas() {
    Quote known = new Quote("TIDE", 41, 12_345, 9_635, "by admin");
    Market again = new Market(new Random(2), Map.of("TIDE", known));
    for (int second = 1; second < 8; second++) {
      again.pass(SECOND);
    }
    assertThat(again.pass(SECOND))
        .contains(new Happening("market:resume", new Quote("TIDE", 42, 12_345, 9_635, "")));
  }
}
