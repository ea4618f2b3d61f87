package io.sluice.server;

import io.sluice.event.Publication;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A market of companies that don't exist: each price walks at random, and is drawn back to where it
 * began, so that it still looks like a price after a week.
 *
 * <p>Not thread-safe: one caller at a time.
 */
final class DemoStocks implements DemoSource {

  private static final double VOLATILITY = 0.0025; // of a step, as a share of the price
  private static final double JUMP = 8; // times a usual step
  private static final double JUMP_CHANCE = 0.01;
  private static final double RETURN = 0.004; // of the way back, with each step

  private final RandomGenerator random;
  private final List<Stock> stocks =
      List.of(
          new Stock("AMBR", 18_420),
          new Stock("BOLT", 9_211),
          new Stock("CRUX", 4_105),
          new Stock("DUNE", 31_070),
          new Stock("EDGE", 2_740),
          new Stock("FLUX", 13_290),
          new Stock("GROV", 6_660),
          new Stock("HELM", 21_530));

  DemoStocks(RandomGenerator random) {
    this.random = random;
  }

  /** One step of every stock, each on its own channel. */
  @Override
  public List<Publication> next(Instant now) {
    List<Publication> updates = new ArrayList<>(stocks.size());
    for (Stock stock : stocks) {
      long before = stock.cents;
      stock.step(random);
      Update update =
          new Update(stock.symbol, stock.cents / 100.0, trend(before, stock.cents), Json.time(now));
      updates.add(
          new Publication(
              "stocks/" + stock.symbol, "stock-update", stock.symbol, Json.bytes(update)));
    }
    return updates;
  }

  private static String trend(long before, long after) {
    return after > before ? "up" : after < before ? "down" : "flat";
  }

  /** What a {@code stock-update} says. */
  private record Update(String symbol, double price, String trend, String time) {}

  private static final class Stock {

    private final String symbol;
    private final long home;
    private long cents;

    Stock(String symbol, long cents) {
      this.symbol = symbol;
      this.home = cents;
      this.cents = cents;
    }

    void step(RandomGenerator random) {
      double size = random.nextDouble() < JUMP_CHANCE ? VOLATILITY * JUMP : VOLATILITY;
      double change = random.nextGaussian() * size * cents + (home - cents) * RETURN;
      cents = Math.max(1, Math.round(cents + change));
    }
  }
}
