package io.sluice.examples.ticker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Delivery;
import io.sluice.client.EventReader;
import io.sluice.client.ReceivedEvent;
import io.sluice.examples.site.Place;
import io.sluice.examples.site.Request;
import io.sluice.examples.site.Site;
import io.sluice.examples.site.Visitor;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the ticker's hub brings. {@code -Dload.users=5000 -Dload.quotes=1000 -Dload.interval=20}
 * makes the load larger.
 *
 * @see io.sluice.examples.ApplicationsIT its page
 */
@Timeout(120)
class TickerIT {

  private static final int USERS = Integer.getInteger("load.users", 500);
  private static final int QUOTES = Integer.getInteger("load.quotes", 80);
  private static final int INTERVAL_MS = Integer.getInteger("load.interval", 100);
  private static final int WATCHED = 4;

  @TempDir private Path data;

  private final HttpClient http = HttpClient.newHttpClient();
  private Site site;

  private void open(Duration interval) throws IOException {
    site = Ticker.open(Place.anywhere(data), interval, new Random(1));
  }

  @AfterEach
  void close() {
    site.close();
    http.close();
  }

  private static ReceivedEvent next(EventReader reader) throws InterruptedException {
    Delivery delivery = reader.next();
    assertThat(delivery).isInstanceOf(ReceivedEvent.class);
    return (ReceivedEvent) delivery;
  }

  private static Quote quote(ReceivedEvent event) {
    return Request.fromJson(event.data(), Quote.class);
  }

  @Test
  void theMarketGoesOnWhereItWasAfterARestart() throws IOException, InterruptedException {
    open(Duration.ofMillis(10));
    Visitor alice = Visitor.enter(site, http, "alice");
    ReceivedEvent last;
    try (EventReader reader = alice.stream("market/TIDE").startLast(1).open()) {
      last = next(reader);
      while (quote(last).n() < 20) {
        ReceivedEvent following = next(reader);
        assertThat(quote(following).n()).isEqualTo(quote(last).n() + 1);
        last = following;
      }
    }
    site.close();
    open(Duration.ofMillis(10));

    Visitor again = new Visitor(site, http, "alice", alice.cookie());
    try (EventReader reader = again.stream("market/TIDE").startAfter(last.id()).open()) {
      for (int n = 1; n <= 50; n++) {
        assertThat(quote(next(reader)).n()).isEqualTo(quote(last).n() + n);
      }
    }
  }

  @Test
  void fiveHundredUsersGetEveryQuoteOfTheirSymbols()
      throws IOException, InterruptedException, ExecutionException {
    open(Duration.ofMillis(INTERVAL_MS));
    List<String> symbols = List.copyOf(Market.COMPANIES.keySet());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Map<String, Long>>> watching = new ArrayList<>();
      for (int user = 0; user < USERS; user++) {
        Visitor visitor = Visitor.enter(site, http, "user" + user);
        String[] channels = new String[WATCHED];
        for (int n = 0; n < WATCHED; n++) {
          channels[n] = "market/" + symbols.get((user + 5 * n) % symbols.size());
        }
        watching.add(threads.submit(() -> watch(visitor, channels)));
      }
      for (Future<Map<String, Long>> one : watching) {
        assertThat(one.get()).hasSize(WATCHED);
      }
    }
  }

  /** Reads so many quotes, each the next one of its symbol; how far each came. */
  private static Map<String, Long> watch(Visitor who, String... channels)
      throws InterruptedException {
    Map<String, Long> numbers = new HashMap<>();
    try (EventReader reader = who.stream(channels).startLast(1).open()) {
      for (int read = 0; read < QUOTES; read++) {
        Quote quote = quote(next(reader));
        Long before = numbers.put(quote.symbol(), quote.n());
        if (before != null) {
          assertThat(quote.n()).as("%s of %s", quote.symbol(), who.name()).isEqualTo(before + 1);
        }
      }
    }
    return numbers;
  }
}
