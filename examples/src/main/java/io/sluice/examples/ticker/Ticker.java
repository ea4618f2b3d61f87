package io.sluice.examples.ticker;

import io.sluice.event.Event;
import io.sluice.event.Publication;
import io.sluice.examples.site.Launch;
import io.sluice.examples.site.Place;
import io.sluice.examples.site.Refusal;
import io.sluice.examples.site.Request;
import io.sluice.examples.site.Site;
import io.sluice.examples.ticker.Market.Happening;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * A ticker. A market moves, and each move is an event of its symbol's channel; pages watch the
 * symbols of their list, and change it while they watch.
 *
 * <p>Thread-safe.
 */
@Command(
    name = "ticker",
    description = "A market of 20 symbols that moves at random, and a watchlist.")
public final class Ticker implements Callable<Integer> {

  private static final int USUAL_PORT = 8092;

  private static final Map<String, String> HUB =
      Map.of(
          "rules",
          "{\"market/*\": {subscribe: authenticated}, \"halts\": {subscribe: authenticated}}",
          "history.channels",
          "{\"market/*\": {events: 2000, age: 1d}, \"halts\": {events: 100, age: 1d}}",
          // A power cut may cost the last prices: there are new ones at once.
          "history.sync",
          "normal",
          "stream.time",
          "true");

  @Mixin private final Launch launch = new Launch();

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      defaultValue = "1s",
      converter = Interval.class,
      description =
          "How often every symbol moves, 10ms to 60s (20ms is 1,000 events a second);"
              + " ${DEFAULT-VALUE} if left out")
  private Duration interval = Duration.ofSeconds(1);

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same market every time; chosen at random if left out")
  private @Nullable Long seed;

  @Override
  public Integer call() throws InterruptedException {
    Random chance = seed == null ? new Random() : new Random(seed);
    return launch.run(USUAL_PORT, place -> open(place, interval, chance));
  }

  /**
   * Opens it, and lets the market run.
   *
   * @throws IOException see {@link Site#open}
   */
  static Site open(Place place, Duration interval, Random chance) throws IOException {
    Site site = Site.open(new Site.Plan(Ticker.class, "ticker", place, HUB, Ticker::roles));
    try {
      Floor floor = new Floor(site, chance, interval);
      site.onClose(floor::close);
      return site.route("GET /api/companies", request -> Market.COMPANIES.values())
          .route("POST /api/halts", floor::halt)
          .start();
    } catch (IOException | RuntimeException e) {
      site.close();
      throw e;
    }
  }

  private static Set<String> roles(String name) {
    return name.equals("admin") ? Set.of("admin") : Set.of();
  }

  /**
   * Where it happens: the market, and the thread that lets time pass for it.
   *
   * <p>Thread-safe.
   */
  private static final class Floor {

    private final Site site;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    // Guarded by this.
    private final Market market;
    private List<Publication> unsent = List.of();
    private String key = "";

    Floor(Site site, Random chance, Duration interval) {
      this.site = site;
      this.market = new Market(chance, known(site));
      long nanos = interval.toNanos();
      clock.scheduleAtFixedRate(() -> pass(interval), 0, nanos, TimeUnit.NANOSECONDS);
    }

    // The log is the database: the market goes on where it was.
    private static Map<String, Quote> known(Site site) {
      Map<String, Quote> known = new HashMap<>();
      var latest = site.hub().history(Subscription.to("market/*"), new Origin.Last(1), 100).join();
      for (Event event : latest.events()) {
        Quote quote = Request.fromJson(event.data(), Quote.class);
        known.put(quote.symbol(), quote);
      }
      return known;
    }

    private synchronized void pass(Duration time) {
      try {
        send();
        tell(market.pass(time));
      } catch (Refusal cantBeStored) {
        // Logged where it was refused. The market stands still until this has been told.
      }
    }

    private void tell(List<Happening> happenings) {
      List<Publication> events = new ArrayList<>();
      for (Happening happening : happenings) {
        String type = happening.type();
        String symbol = happening.quote().symbol();
        byte[] data = Request.toJson(happening.quote()).getBytes(StandardCharsets.UTF_8);
        events.add(new Publication("market/" + symbol, type, symbol, data));
        if (!type.equals("market:price")) {
          events.add(new Publication("halts", type, symbol, data));
        }
      }
      unsent = events;
      key = UUID.randomUUID().toString();
      send();
    }

    // All or none, the prices of one moment; and under a key, so that none is there twice.
    private void send() {
      if (!unsent.isEmpty()) {
        site.publish(key, unsent.toArray(Publication[]::new));
        unsent = List.of();
      }
    }

    private record Halt(@Nullable String symbol) {}

    synchronized @Nullable Object halt(Request request) {
      if (!request.signedIn().roles().contains("admin")) {
        throw new Refusal(403, "the market is the admin's to halt");
      }
      String symbol = request.json(Halt.class).symbol();
      if (symbol == null || !Market.COMPANIES.containsKey(symbol)) {
        throw new Refusal(404, "there is no symbol '" + symbol + "'");
      }
      send();
      tell(market.halt(symbol, "by " + request.signedIn().name()));
      return null;
    }

    void close() {
      clock.shutdownNow();
    }
  }

  /** Reads {@code 20ms} or {@code 2s}. */
  static final class Interval implements ITypeConverter<Duration> {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,5})(ms|s)");

    @Override
    public Duration convert(String value) {
      Matcher matcher = FORM.matcher(value);
      if (matcher.matches()) {
        long number = Long.parseLong(matcher.group(1));
        Duration time =
            matcher.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
        if (time.toMillis() >= 10 && time.toMillis() <= 60_000) {
          return time;
        }
      }
      throw new TypeConversionException(
          "'" + value + "' is no interval from 10ms to 60s, such as 20ms or 2s");
    }
  }
}
