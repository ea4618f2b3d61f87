package io.sluice.examples.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.Delivery;
import io.sluice.client.EventReader;
import io.sluice.client.EventStream;
import io.sluice.client.ReceivedEvent;
import io.sluice.examples.site.Place;
import io.sluice.examples.site.Request;
import io.sluice.hub.StreamFigures;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The notifications' own API. {@code -Dload.users=5000 -Dload.messages=20} makes the load larger.
 *
 * @see io.sluice.examples.ApplicationsIT its page
 */
@Timeout(180)
class NotificationsIT {

  private static final int USERS = Integer.getInteger("load.users", 500);
  private static final int TO_ALL = Integer.getInteger("load.messages", 4);

  private final HttpClient http = HttpClient.newHttpClient();
  private Notifications.Running running;

  @BeforeEach
  void open(@TempDir Path data) throws IOException {
    running = Notifications.open(Place.anywhere(data));
  }

  @AfterEach
  void close() throws SQLException {
    running.close();
    http.close();
  }

  private ApiClient enter(String name) throws IOException, InterruptedException {
    return ApiClient.signIn(http, running.site().origin(), name);
  }

  private HttpResponse<String> ask(ApiClient who, String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(running.site().origin() + path))
            .header("Cookie", who.cookie())
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "all         | info  | Hello | javascript:alert(1) | its scheme is javascript",
        "all         | info  | Hello | //elsewhere.example | leads to another site",
        "all         | info  | ''    | /                   | title has 1 to 120 characters",
        "all         | alert | Hello | /                   | not 'alert'",
        "user:a/b    | info  | Hello | /                   | not 'user:a/b'",
        "everybody   | info  | Hello | /                   | not 'everybody'"
      })
  void whatCantBeSentIsRefusedWithTheReason(
      String to, String type, String title, String link, String says)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        ask(
            enter("ada"),
            "POST",
            "/api/notifications",
            Request.toJson(Map.of("to", to, "type", type, "title", title, "link", link)));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(says);
  }

  @Test
  void onlySendersSendAndEverybodyReadsTheirOwn() throws IOException, InterruptedException {
    ApiClient ada = enter("ada");
    ApiClient ben = enter("ben");
    ada.send("user:ben", "for ben", "1");
    long id = ben.page("/api/notifications").notices().getFirst().id();
    String hello = Request.toJson(Map.of("to", "all", "type", "info", "title", "x"));

    assertThat(ask(ben, "POST", "/api/notifications", hello).statusCode()).isEqualTo(403);
    assertThat(ada.page("/api/notifications").notices()).isEmpty();
    assertThat(ask(ada, "PUT", "/api/read/" + id, "").statusCode()).isEqualTo(404);
    assertThat(ask(ada, "PUT", "/api/read/x", "").statusCode()).isEqualTo(400);
    assertThat(ask(ben, "GET", "/api/notifications?limit=101", "").statusCode()).isEqualTo(400);
    ApiClient nobody = new ApiClient(http, running.site().origin(), "none=");
    assertThat(ask(nobody, "GET", "/api/notifications", "").statusCode()).isEqualTo(401);
    try (EventReader spying = stream(ada, "ben").open()) {
      assertThatThrownBy(spying::next).hasMessageContaining("403");
    }
  }

  private EventStream stream(ApiClient who, String owner) {
    String channel = "/events?channel=" + Mailbox.channel(owner);
    return EventStream.at(URI.create(running.site().hubOrigin() + channel), http)
        .header("Cookie", who.cookie());
  }

  @Test
  void fiveHundredUsersGetAllThatIsSentToThemOnceInOrderAlsoAfterReconnects()
      throws IOException, InterruptedException, ExecutionException {
    ApiClient ada = enter("ada");
    CountDownLatch listening = new CountDownLatch(USERS);
    // To each by name, half of it before all of their connections are cut.
    int each = TO_ALL + 2;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<String>>> had = new ArrayList<>();
      for (int user = 0; user < USERS; user++) {
        String name = "user" + user;
        had.add(threads.submit(() -> listen(name, each, listening)));
      }
      listening.await();
      sendToAll(ada, 0, TO_ALL / 2);
      sendToEach(threads, ada, "first");
      for (StreamFigures stream : running.site().hub().streams().figures(2 * USERS).join()) {
        running.site().hub().streams().close(stream.id());
      }
      sendToAll(ada, TO_ALL / 2, TO_ALL);
      sendToEach(threads, ada, "second");

      for (int user = 0; user < USERS; user++) {
        ApiClient client = enter("user" + user);
        List<String> listed = client.titles().reversed();
        assertThat(had.get(user).get()).as("user%d", user).isEqualTo(listed).hasSize(each);
        assertThat(listed)
            .containsAll(IntStream.range(0, TO_ALL).mapToObj(n -> "all " + n).toList())
            .contains("first for user" + user, "second for user" + user);
      }
    }
  }

  /** Reads so many, and whether the number of unread is told with each. */
  private List<String> listen(String name, int count, CountDownLatch listening)
      throws IOException, InterruptedException {
    ApiClient client = enter(name);
    client.page("/api/notifications"); // from now on it is somebody
    List<String> titles = new ArrayList<>();
    int unread = 0;
    // From the earliest: what is sent while the stream is being opened isn't missed.
    try (EventReader reader = stream(client, name).startEarliest().open()) {
      listening.countDown();
      while (unread < count) {
        Delivery delivery = reader.next();
        assertThat(delivery).as("of %s", name).isInstanceOf(ReceivedEvent.class);
        ReceivedEvent event = (ReceivedEvent) delivery;
        if (event.type().equals("notification")) {
          titles.add(event.data().replaceAll(".*\"title\":\"([^\"]*)\".*", "$1"));
        } else {
          unread++;
          assertThat(event.data()).contains("\"count\":" + unread);
          assertThat(titles).as("unread of %s", name).hasSize(unread);
        }
      }
    }
    return titles;
  }

  private static void sendToAll(ApiClient ada, int from, int to)
      throws IOException, InterruptedException {
    for (int n = from; n < to; n++) {
      ada.send("all", "all " + n, "all " + n);
    }
  }

  private static void sendToEach(ExecutorService threads, ApiClient ada, String what)
      throws InterruptedException, ExecutionException {
    List<Future<?>> sent = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      String name = "user" + user;
      String title = what + " for " + name;
      sent.add(
          threads.submit(
              () -> {
                ada.send("user:" + name, title, title);
                return null;
              }));
    }
    for (Future<?> one : sent) {
      one.get();
    }
  }
}
