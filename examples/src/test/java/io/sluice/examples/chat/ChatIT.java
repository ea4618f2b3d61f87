package io.sluice.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.Delivery;
import io.sluice.client.EventReader;
import io.sluice.client.ReceivedEvent;
import io.sluice.client.StreamFailedException;
import io.sluice.examples.site.Place;
import io.sluice.examples.site.Request;
import io.sluice.examples.site.Site;
import io.sluice.examples.site.Visitor;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * The chat's own API. {@code -Dload.users=5000 -Dload.messages=20} makes the load larger.
 *
 * @see io.sluice.examples.ApplicationsIT its page
 */
@Timeout(120)
class ChatIT {

  private static final Chat.Pace ANY = new Chat.Pace(100_000, Duration.ofSeconds(1), Duration.ZERO);
  private static final int USERS = Integer.getInteger("load.users", 500);
  private static final int MESSAGES = Integer.getInteger("load.messages", 4);
  private static final int PER_ROOM = 50;

  @TempDir private Path data;

  private final HttpClient http = HttpClient.newHttpClient();
  private Site site;

  record Id(String id) {}

  record Message(String from, String text, String key) {}

  @BeforeEach
  void open() throws IOException {
    site = Chat.open(Place.anywhere(data), ANY);
  }

  @AfterEach
  void close() {
    site.close();
    http.close();
  }

  private Visitor enter(String name) throws IOException, InterruptedException {
    return Visitor.enter(site, http, name);
  }

  private static String id(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return Request.fromJson(answer.body(), Id.class).id();
  }

  private static String say(Visitor who, String text, String key)
      throws IOException, InterruptedException {
    return id(who.ask("POST", "/api/messages", Map.of("room", "lobby", "text", text), key));
  }

  /** What is kept of a channel, as type and data. */
  private List<String> kept(Visitor by, String channel, int count) throws InterruptedException {
    List<String> kept = new ArrayList<>();
    try (EventReader reader = by.stream(channel).startEarliest().open()) {
      while (kept.size() < count && reader.next() instanceof ReceivedEvent event) {
        kept.add(event.type() + ' ' + event.data());
      }
    }
    return kept;
  }

  @Test
  void aKeyIsOneMessageOfItsAuthor() throws IOException, InterruptedException {
    Visitor alice = enter("alice");
    Visitor bob = enter("bob");

    String first = say(alice, "hello", "k");
    assertThat(say(alice, "hello", "k")).isEqualTo(first);
    assertThat(say(bob, "hello", "k")).isNotEqualTo(first);

    assertThat(kept(alice, "rooms/lobby", 2))
        .containsExactly(
            "chat:message {\"from\":\"alice\",\"text\":\"hello\",\"key\":\"k\"}",
            "chat:message {\"from\":\"bob\",\"text\":\"hello\",\"key\":\"k\"}");
  }

  @Test
  void messagesAreTheirAuthorsToEditAndDeleteAndTheAdminsToDelete()
      throws IOException, InterruptedException {
    Visitor alice = enter("alice");
    Visitor bob = enter("bob");
    Visitor admin = enter("admin");
    String one = say(alice, "one", "1");
    String two = say(alice, "two", "2");
    Map<String, String> text = Map.of("text", "three");

    assertThat(bob.ask("PUT", "/api/messages/" + one, text).statusCode()).isEqualTo(403);
    assertThat(admin.ask("PUT", "/api/messages/" + one, text).statusCode()).isEqualTo(403);
    assertThat(bob.ask("DELETE", "/api/messages/" + one, "").statusCode()).isEqualTo(403);
    id(alice.ask("PUT", "/api/messages/" + one, text));
    id(admin.ask("DELETE", "/api/messages/" + two, ""));

    assertThat(kept(bob, "rooms/lobby", 4).subList(2, 4))
        .containsExactly(
            "chat:edit {\"message\":\"" + one + "\",\"text\":\"three\"}",
            "chat:delete {\"message\":\"" + two + "\",\"by\":\"admin\"}");
    // What isn't a message can't be edited: an edit, another channel's event, none at all.
    String edit = id(alice.ask("PUT", "/api/messages/" + one, text));
    for (String id : List.of(edit, "x-1", one.replaceFirst("-.*", "-999"))) {
      assertThat(alice.ask("PUT", "/api/messages/" + id, text).statusCode()).as(id).isEqualTo(404);
    }
    assertThat(alice.ask("PUT", "/api/messages/nonsense", text).statusCode()).isEqualTo(400);
  }

  @Test
  void whatCantBeIsRefusedWithTheReason() throws IOException, InterruptedException {
    Visitor alice = enter("alice");
    Visitor nobody = new Visitor(site, http, "nobody", "");
    Map<String, String> message = Map.of("room", "lobby", "text", "hello");

    assertThat(nobody.ask("POST", "/api/messages", message).statusCode()).isEqualTo(401);
    assertRefused(alice, "messages", Map.of("room", "nowhere", "text", "x"), 404, "'nowhere'");
    assertRefused(alice, "messages", Map.of("room", "lobby", "text", " "), 400, "not 1");
    assertRefused(
        alice, "messages", Map.of("room", "lobby", "text", "x".repeat(2001)), 400, "not 2001");
    assertRefused(alice, "messages", Map.of("to", "alice", "text", "x"), 400, "somebody else");
    assertRefused(alice, "messages", Map.of("to", "a/b", "text", "x"), 400, "'a/b'");
    assertRefused(alice, "rooms", Map.of("name", "No!"), 400, "'No!'");
    assertRefused(alice, "rooms", Map.of("name", "lobby"), 409, "'lobby'");
    assertRefused(alice, "announcements", Map.of("text", "all"), 403, "admin's");
  }

  private static void assertRefused(
      Visitor who, String what, Map<String, String> body, int status, String says)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = who.ask("POST", "/api/" + what, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(says);
  }

  @Test
  void privateMessagesAreKeptForBothAndNobodyElse() throws IOException, InterruptedException {
    Visitor alice = enter("alice");
    Visitor bob = enter("bob");
    id(alice.ask("POST", "/api/messages", Map.of("to", "bob", "text", "psst"), "k"));

    for (Visitor one : List.of(alice, bob)) {
      assertThat(kept(one, "users/" + one.name() + "/direct", 1).getFirst())
          .contains("\"from\":\"alice\"", "\"to\":\"bob\"", "\"text\":\"psst\"");
    }
    try (EventReader spying = alice.stream("users/bob/direct").open()) {
      assertThatThrownBy(spying::next)
          .isInstanceOf(StreamFailedException.class)
          .hasMessageContaining("403");
    }
  }

  @Test
  void roomsAreThereAfterARestart() throws IOException, InterruptedException {
    Visitor alice = enter("alice");
    assertThat(alice.ask("POST", "/api/rooms", Map.of("name", "garden")).statusCode())
        .isEqualTo(201);
    site.close();
    open();

    Visitor again = new Visitor(site, http, "alice", alice.cookie());
    assertThat(
            again
                .ask("POST", "/api/messages", Map.of("room", "garden", "text", "roses"))
                .statusCode())
        .isEqualTo(201);
  }

  @Test
  void fiveHundredUsersGetAllThatIsSaidInTheirRoomsInOneOrderAlsoAfterReconnects()
      throws IOException, InterruptedException, ExecutionException {
    int rooms = (USERS + PER_ROOM - 1) / PER_ROOM;
    Visitor admin = enter("admin");
    for (int room = 0; room < rooms; room++) {
      admin.ask("POST", "/api/rooms", Map.of("name", "room-" + room));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<List<Future<List<String>>>> heard = new ArrayList<>();
      for (int room = 0; room < rooms; room++) {
        heard.add(new ArrayList<>());
      }
      List<Future<?>> saying = new ArrayList<>();
      for (int user = 0; user < USERS; user++) {
        int room = user % rooms;
        int inRoom = USERS / rooms + (room < USERS % rooms ? 1 : 0);
        Visitor visitor = enter("user" + user);
        boolean reconnects = user % 3 == 0;
        heard
            .get(room)
            .add(threads.submit(() -> hear(visitor, room, inRoom * MESSAGES, reconnects)));
        saying.add(threads.submit(() -> sayAll(visitor, room)));
      }
      for (Future<?> one : saying) {
        one.get();
      }
      for (List<Future<List<String>>> ofRoom : heard) {
        List<String> first = ofRoom.getFirst().get();
        Set<String> different = new HashSet<>(first);
        assertThat(different).hasSameSizeAs(first);
        for (Future<List<String>> others : ofRoom) {
          assertThat(others.get()).isEqualTo(first);
        }
      }
    }
  }

  private static boolean sayAll(Visitor who, int room) throws InterruptedException {
    for (int n = 0; n < MESSAGES; n++) {
      Map<String, String> message =
          Map.of("room", "room-" + room, "text", who.name() + " says " + n);
      id(who.insist("POST", "/api/messages", message, Integer.toString(n)));
    }
    return true;
  }

  private static List<String> hear(Visitor who, int room, int count, boolean reconnects)
      throws InterruptedException {
    List<String> heard = new ArrayList<>();
    var stream = who.stream("rooms/room-" + room).types("chat:message");
    EventReader reader = stream.startEarliest().open();
    try {
      while (heard.size() < count) {
        Delivery delivery = reader.next();
        assertThat(delivery).as("of %s", who.name()).isInstanceOf(ReceivedEvent.class);
        ReceivedEvent event = (ReceivedEvent) delivery;
        heard.add(Request.fromJson(event.data(), Message.class).text());
        if (reconnects && heard.size() == count / 2) {
          reader.close();
          reader = stream.startAfter(event.id()).open();
        }
      }
    } finally {
      reader.close();
    }
    return heard;
  }
}
