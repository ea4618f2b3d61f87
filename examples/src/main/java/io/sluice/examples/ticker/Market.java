package io.sluice.examples.ticker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Twenty symbols whose prices walk at random: a drift that each has for itself, small steps, and
 * now and then a jump. One that jumps far is halted for a while.
 *
 * <p>One caller at a time.
 */
final class Market {

  /** The companies by symbol, with the cents at which they begin. */
  static final Map<String, Company> COMPANIES = companies();

  private static final double SWING = 0.0012; // of the price, in a step of a second
  private static final double JUMPS_PER_SECOND = 1 / 90.0;
  private static final double FAR = 0.04;
  private static final Duration HALT = Duration.ofSeconds(8);

  /** Who is traded. */
  record Company(String symbol, String name, long cents) {}

  /** An event: {@code market:price}, {@code market:halt} or {@code market:resume}. */
  record Happening(String type, Quote quote) {}

  private final RandomGenerator chance;
  private final Map<String, Quote> quotes = new LinkedHashMap<>();
  private final Map<String, Double> drifts = new LinkedHashMap<>();
  private final Map<String, Duration> halts = new LinkedHashMap<>(); // how long they still last

  /**
   * @param known where symbols go on; those that aren't in it begin
   */
  Market(RandomGenerator chance, Map<String, Quote> known) {
    this.chance = chance;
    for (Company company : COMPANIES.values()) {
      String symbol = company.symbol();
      Quote quote = known.getOrDefault(symbol, Quote.opening(symbol, company.cents()));
      quotes.put(symbol, quote);
      drifts.put(symbol, chance.nextGaussian() * SWING / 20);
      if (quote.isHalted()) {
        halts.put(symbol, HALT);
      }
    }
  }

  /** Time passes: what has happened to each symbol. */
  List<Happening> pass(Duration time) {
    double seconds = time.toNanos() / 1e9;
    List<Happening> happened = new ArrayList<>();
    for (Quote quote : List.copyOf(quotes.values())) {
      Duration left = halts.get(quote.symbol());
      if (left == null) {
        happened.addAll(move(quote, seconds));
      } else if (left.compareTo(time) > 0) {
        halts.put(quote.symbol(), left.minus(time));
      } else {
        happened.add(resume(quote));
      }
    }
    return happened;
  }

  /** Halts a symbol, if it isn't. */
  List<Happening> halt(String symbol, String why) {
    Quote quote = quotes.get(symbol);
    if (quote == null || quote.isHalted()) {
      return List.of();
    }
    halts.put(symbol, HALT);
    return List.of(happened("market:halt", quote.halt(why)));
  }

  private List<Happening> move(Quote quote, double seconds) {
    double change =
        drifts.getOrDefault(quote.symbol(), 0.0) * seconds
            + chance.nextGaussian() * SWING * Math.sqrt(seconds);
    double jump = 0;
    if (chance.nextDouble() < JUMPS_PER_SECOND * seconds) {
      jump = chance.nextGaussian() * FAR / 1.5;
    }
    long price = Math.max(1, Math.round(quote.price() * Math.exp(change + jump)));
    List<Happening> happened = new ArrayList<>();
    happened.add(happened("market:price", quote.at(price)));
    if (Math.abs(jump) > FAR) {
      happened.addAll(
          halt(quote.symbol(), "moved %.1f %% at once".formatted(100 * Math.expm1(jump))));
    }
    return happened;
  }

  private Happening resume(Quote quote) {
    halts.remove(quote.symbol());
    return happened("market:resume", quote.halt(""));
  }

  private Happening happened(String type, Quote quote) {
    quotes.put(quote.symbol(), quote);
    return new Happening(type, quote);
  }

  private static Map<String, Company> companies() {
    Map<String, Company> all = new LinkedHashMap<>();
    for (Company company :
        List.of(
            new Company("SLUC", "Sluice Works", 18_720),
            new Company("WEIR", "Weir & Sons", 4_210),
            new Company("TIDE", "Tidal Power", 9_635),
            new Company("LOCK", "Canal Locks", 15_150),
            new Company("MILL", "Mill Stream", 2_875),
            new Company("RILL", "Rill Software", 31_240),
            new Company("DELT", "Delta Shipping", 7_480),
            new Company("FJRD", "Fjord Salmon", 12_360),
            new Company("PUMP", "Pump Robotics", 22_905),
            new Company("RAIN", "Rainmaker Seeds", 5_540),
            new Company("ICEB", "Iceberg Data", 44_815),
            new Company("GATE", "Floodgate Security", 26_390),
            new Company("OARS", "Oars Athletics", 3_925),
            new Company("KEEL", "Keel Marine", 8_170),
            new Company("SALT", "Salt Lake Lithium", 6_745),
            new Company("REEF", "Reef Biotech", 1_990),
            new Company("BUOY", "Buoy Networks", 11_085),
            new Company("DOCK", "Dockside Logistics", 5_865),
            new Company("POND", "Pond Foods", 3_310),
            new Company("WAVE", "Wave Audio", 17_455))) {
      all.put(company.symbol(), company);
    }
    return Collections.unmodifiableMap(all);
  }
}
