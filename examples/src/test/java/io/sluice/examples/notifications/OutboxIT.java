package io.sluice.examples.notifications;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.event.Event;
import io.sluice.examples.site.Place;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class OutboxIT {

  private static final int SENT = 12;

  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    http.shutdownNow(); // some of its requests nobody answers any more
  }

  /**
   * Each notification is two events: that it is there, and how many are unread. So the 17th event
   * is that of the ninth notification, and the 18th its count.
   */
  @ParameterizedTest
  @CsvSource({"before, 17", "after, 17", "after, 18"})
  void whatIsStoredIsPublishedOnceWhereverTheServiceDies(
      String when, int event, @TempDir Path directory)
      throws IOException, InterruptedException, SQLException {
    List<String> stored = sendUntilItDies(directory, when, event);

    List<String> titles = new ArrayList<>();
    try (var running = Notifications.open(Place.anywhere(directory))) {
      await().untilAsserted(() -> assertThat(waiting(running)).isZero());
      // And from here on as if nothing had been.
      ApiClient.signIn(http, running.site().origin(), "ada").send("user:ben", "the last", "last");
      await().untilAsserted(() -> assertThat(waiting(running)).isZero());

      for (Event told : history(running)) {
        if ("notification".equals(told.type())) {
          titles.add(told.data().replaceAll(".*\"title\":\"([^\"]*)\".*", "$1"));
        }
      }
      assertThat(titles).isEqualTo(listed(running).reversed());
      assertThat(titles).startsWith(stored.toArray(String[]::new)).endsWith("the last");
      assertThat(counts(running))
          .isEqualTo(IntStream.rangeClosed(1, titles.size()).boxed().toList());
    }
  }

  /** What was answered before it died: at least that has to be there. */
  private List<String> sendUntilItDies(Path directory, String when, int event)
      throws IOException, InterruptedException {
    Process dying =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DyingNotifications.class.getName(),
                directory.toString(),
                when,
                Integer.toString(event))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> stored = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(dying.getInputStream(), UTF_8))) {
      ApiClient ada = ApiClient.signIn(http, out.readLine(), "ada");
      for (int n = 1; n <= SENT; n++) {
        ada.send("user:ben", "n" + n, "key" + n);
        stored.add("n" + n);
      }
    } catch (IOException e) {
      // It is dead: what this one sent may be stored or not.
    } finally {
      if (!dying.waitFor(30, TimeUnit.SECONDS)) {
        dying.destroyForcibly();
      }
    }
    assertThat(dying.exitValue()).isEqualTo(DyingNotifications.EXIT_CODE);
    return stored;
  }

  private static long waiting(Notifications.Running running) throws SQLException {
    Database database = running.database();
    return database.transact(() -> database.number("SELECT count(*) FROM outbox"));
  }

  private List<String> listed(Notifications.Running running)
      throws IOException, InterruptedException {
    return ApiClient.signIn(http, running.site().origin(), "ben").titles();
  }

  private static List<Integer> counts(Notifications.Running running) {
    return history(running).stream()
        .filter(told -> "unread".equals(told.type()))
        .map(told -> Integer.valueOf(told.data().replaceAll(".*\"count\":(\\d+).*", "$1")))
        .toList();
  }

  private static List<Event> history(Notifications.Running running) {
    return running
        .site()
        .hub()
        .history(Subscription.to(Mailbox.channel("ben")), Origin.earliest(), 1000)
        .join()
        .events();
  }
}
