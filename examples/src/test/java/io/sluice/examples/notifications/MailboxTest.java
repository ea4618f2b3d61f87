package io.sluice.examples.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sluice.examples.site.User;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailboxTest {

  private static final long NOW = 1_800_000_000_000L;

  private Database database;
  private Mailbox mailbox;

  @BeforeEach
  void open(@TempDir Path directory) throws SQLException {
    database = new Database(directory.resolve("notifications.db"));
    mailbox = new Mailbox(database, () -> Instant.ofEpochMilli(NOW));
    mailbox.meet(new User("ada", Set.of("ops")));
    mailbox.meet(new User("ben", Set.of("ops")));
    mailbox.meet(new User("cleo", Set.of()));
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  @Test
  void oneARoleOrAllGetIt() throws SQLException {
    assertThat(send("user:cleo", "one")).isEqualTo(1);
    assertThat(send("role:ops", "role")).isEqualTo(2);
    assertThat(send("all", "all")).isEqualTo(3);
    assertThat(send("role:nobody", "none")).isZero();

    assertThat(titles("ada")).containsExactly("all", "role");
    assertThat(titles("ben")).containsExactly("all", "role");
    assertThat(titles("cleo")).containsExactly("all", "one");
  }

  @Test
  void whoHasNeverBeenHereFindsWhatWasSentToThem() throws SQLException {
    send("user:dan", "welcome");

    assertThat(titles("dan")).containsExactly("welcome");
    assertThat(mailbox.page("dan", Long.MAX_VALUE, 10).unread()).isEqualTo(1);
  }

  @Test
  void aSendingWithItsKeyIsSentOnce() throws SQLException {
    assertThat(mailbox.send(sending("all", "once"), "k1")).isEqualTo(3);
    assertThat(mailbox.send(sending("all", "once"), "k1")).isEqualTo(3);
    assertThat(mailbox.send(sending("all", "twice"), "k2")).isEqualTo(3);

    assertThat(titles("ada")).containsExactly("twice", "once");
  }

  @Test
  void pagesGoBackToTheFirst() throws SQLException {
    for (int i = 1; i <= 5; i++) {
      send("user:ada", "n" + i);
    }

    Mailbox.Page first = mailbox.page("ada", Long.MAX_VALUE, 2);
    Mailbox.Page second = mailbox.page("ada", next(first), 2);
    Mailbox.Page third = mailbox.page("ada", next(second), 2);

    assertThat(first.notices()).extracting(Notice::title).containsExactly("n5", "n4");
    assertThat(second.notices()).extracting(Notice::title).containsExactly("n3", "n2");
    assertThat(third.notices()).extracting(Notice::title).containsExactly("n1");
    assertThat(third.next()).isNull();
    assertThat(first.notices().getFirst().at()).isEqualTo(NOW);
  }

  @Test
  void oneIsReadAndOnlyByItsOwner() throws SQLException {
    send("user:ada", "first");
    send("user:ada", "second");
    long id = mailbox.page("ada", Long.MAX_VALUE, 10).notices().getLast().id();

    assertThat(mailbox.read("ben", id)).isFalse();
    assertThat(mailbox.page("ada", Long.MAX_VALUE, 10).unread()).isEqualTo(2);
    assertThat(mailbox.read("ada", id)).isTrue();
    assertThat(mailbox.read("ada", id)).isTrue(); // again: nothing changes, nothing is told

    Mailbox.Page page = mailbox.page("ada", Long.MAX_VALUE, 10);
    assertThat(page.unread()).isEqualTo(1);
    assertThat(page.notices()).extracting(Notice::read).containsExactly(false, true);
    assertThat(told("ada", "read")).hasSize(1);
  }

  @Test
  void whatCameAfterTheUserLookedStaysUnread() throws SQLException {
    send("user:ada", "seen");
    long seen = mailbox.page("ada", Long.MAX_VALUE, 10).notices().getFirst().id();
    send("user:ada", "not seen");

    assertThat(mailbox.readUpTo("ada", seen)).isEqualTo(1);

    assertThat(mailbox.page("ada", Long.MAX_VALUE, 10).unread()).isEqualTo(1);
    assertThat(told("ada", "read")).singleElement().asString().contains("{\"upTo\":" + seen + "}");
  }

  @Test
  void everyChangeIsToldWithTheCountOfUnread() throws SQLException {
    send("user:ada", "first");
    send("user:ada", "second");
    mailbox.readUpTo("ada", Long.MAX_VALUE);

    assertThat(types("ada"))
        .containsExactly("notification", "unread", "notification", "unread", "read", "unread");
    assertThat(told("ada", "unread"))
        .extracting(data -> data.replaceAll(".*\"count\":(\\d+).*", "$1"))
        .containsExactly("1", "2", "0");
    assertThat(mailbox.page("ada", Long.MAX_VALUE, 10).version()).isEqualTo(3);
  }

  @Test
  void whatFailsLeavesNeitherANotificationNorAnEvent() throws SQLException {
    database.transact(() -> database.update("DROP TABLE sending"));

    assertThat(catchThrowable(() -> mailbox.send(sending("all", "x"), "k")))
        .isInstanceOf(SQLException.class);

    assertThat(titles("ada")).isEmpty();
    assertThat(types("ada")).isEmpty();
  }

  private static long next(Mailbox.Page page) {
    Long next = page.next();
    assertThat(next).isNotNull();
    return next;
  }

  private int send(String to, String title) throws SQLException {
    return mailbox.send(sending(to, title), null);
  }

  private static Sending sending(String to, String title) {
    return new Sending(to, "info", title, null, null);
  }

  private List<String> titles(String owner) throws SQLException {
    return mailbox.page(owner, Long.MAX_VALUE, 100).notices().stream().map(Notice::title).toList();
  }

  private List<String> types(String owner) throws SQLException {
    return database.query(
        row -> row.getString("type"),
        "SELECT type FROM outbox WHERE channel = ? ORDER BY number",
        Mailbox.channel(owner));
  }

  private List<String> told(String owner, String type) throws SQLException {
    return database.query(
        row -> row.getString("data"),
        "SELECT data FROM outbox WHERE channel = ? AND type = ? ORDER BY number",
        Mailbox.channel(owner),
        type);
  }
}
