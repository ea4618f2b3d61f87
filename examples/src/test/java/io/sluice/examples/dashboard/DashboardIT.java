package io.sluice.examples.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.EventReader;
import io.sluice.client.EventStream;
import io.sluice.client.ReceivedEvent;
import io.sluice.event.Event;
import io.sluice.examples.site.Place;
import io.sluice.examples.site.Request;
import io.sluice.hub.StreamFigures;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard's own API. {@code -Dload.users=5000} makes the load larger.
 *
 * @see io.sluice.examples.ApplicationsIT its page
 */
@Timeout(180)
class DashboardIT {

  private static final int USERS = Integer.getInteger("load.users", 500);
  private static final int RULES = 200; // fewer than are kept, so that a cut is no gap
  private static final int SAMPLES = 5;

  private final HttpClient http = HttpClient.newHttpClient();
  private Dashboard.Running running;

  @BeforeEach
  void open(@TempDir Path data) throws IOException {
    running = Dashboard.open(Place.anywhere(data));
  }

  @AfterEach
  void close() {
    running.close();
    http.close();
  }

  private HttpResponse<String> ask(String cookie, String method, String path, Object body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(running.site().origin() + path))
            .header("Cookie", cookie)
            .method(method, BodyPublishers.ofString(Request.toJson(body)))
            .build(),
        BodyHandlers.ofString());
  }

  /** Signs in; the cookie. */
  private String enter(String name) throws IOException, InterruptedException {
    HttpResponse<String> answer = ask("none=", "POST", "/api/session", Map.of("name", name));
    return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  private EventStream stream(String cookie) {
    String channels = "/events?channel=dashboard/samples&channel=dashboard/rules/*";
    return EventStream.at(URI.create(running.site().hubOrigin() + channels), http)
        .header("Cookie", cookie);
  }

  @Test
  void whoIsNoAdminGetsNothing() throws IOException, InterruptedException {
    String guest = enter("guest");

    for (String request : List.of("GET /api/rules", "PUT /api/rules", "GET /api/alerts")) {
      String[] parts = request.split(" ", 2);
      assertThat(ask(guest, parts[0], parts[1], Map.of()).statusCode()).as(request).isEqualTo(403);
    }
    assertThat(ask("none=", "GET", "/api/rules", "").statusCode()).isEqualTo(401);
    try (EventReader reader = stream(guest).open()) {
      assertThatThrownBy(reader::next).hasMessageContaining("403");
    }
  }

  @Test
  void rulesThatCantBeAreRefusedWithTheReason() throws IOException, InterruptedException {
    String admin = enter("admin");

    HttpResponse<String> answer =
        ask(admin, "PUT", "/api/rules", Map.of("figure", "heat", "above", 1, "seconds", 1));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("not 'heat'");
    assertThat(ask(admin, "GET", "/api/work?millis=501", "").body()).contains("0 to 500");
  }

  @Test
  void fiveHundredAdminsGetEverySampleAndEveryRuleThatOthersSetAlsoAfterReconnects()
      throws IOException, InterruptedException, ExecutionException {
    CountDownLatch listening = new CountDownLatch(USERS);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<String>>> had = new ArrayList<>();
      for (int user = 0; user < USERS; user++) {
        String name = "admin" + user;
        had.add(threads.submit(() -> listen(name, listening)));
      }
      listening.await();
      String admin = enter("admin");
      List<Future<?>> set = new ArrayList<>();
      for (int n = 0; n < RULES; n++) {
        Rule rule = new Rule(Gauges.NAMES.get(n % Gauges.NAMES.size()), n, 60);
        set.add(threads.submit(() -> ask(admin, "PUT", "/api/rules", rule)));
        if (n == RULES / 2) {
          for (StreamFigures one : running.site().hub().streams().figures(2 * USERS).join()) {
            // All but that by which the application counts who is looking.
            if (!one.channels().getFirst().endsWith("@presence")) {
              running.site().hub().streams().close(one.id());
            }
          }
        }
      }
      for (Future<?> one : set) {
        one.get();
      }
      // What is kept is what all of them must have had, up to where each stopped.
      List<String> longest = had.getFirst().get();
      for (Future<List<String>> one : had) {
        longest = one.get().size() > longest.size() ? one.get() : longest;
      }
      List<String> kept =
          running
              .site()
              .hub()
              .history(
                  Subscription.to(Dashboard.SAMPLES, Alarms.RULES + "*"), Origin.earliest(), 1000)
              .join()
              .events()
              .stream()
              .map(Event::data)
              .toList();
      assertThat(longest).isEqualTo(kept.subList(0, longest.size()));
      for (Future<List<String>> one : had) {
        assertThat(one.get()).isEqualTo(longest.subList(0, one.get().size()));
      }
    }
  }

  /** Reads until all rules have come, and some samples. */
  private List<String> listen(String name, CountDownLatch listening)
      throws IOException, InterruptedException {
    List<String> had = new ArrayList<>();
    int rules = 0;
    try (EventReader reader = stream(enter(name)).startEarliest().open()) {
      listening.countDown();
      while (rules < RULES || had.size() < rules + SAMPLES) {
        var delivery = reader.next();
        assertThat(delivery).as("of %s", name).isInstanceOf(ReceivedEvent.class);
        ReceivedEvent event = (ReceivedEvent) delivery;
        rules += event.channel().startsWith(Alarms.RULES) ? 1 : 0;
        had.add(event.data());
      }
    }
    return had;
  }
}
