package io.sluice.examples.notifications;

import io.sluice.examples.site.Request;
import io.sluice.examples.site.User;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everybody's notifications, in tables. Whatever changes is written together with the events that
 * tell of it, in one transaction: either both are there, or neither. {@link Outbox} publishes them.
 *
 * <p>Thread-safe.
 */
final class Mailbox {

  private final Database database;
  private final InstantSource clock;

  Mailbox(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** The channel of somebody's notifications. */
  static String channel(String name) {
    return "users/" + name + "/notifications";
  }

  /** Somebody is here: from now on what is sent to all, and to their roles, is sent to them too. */
  void meet(User user) throws SQLException {
    database.transact(
        () -> {
          database.update("INSERT OR IGNORE INTO person VALUES (?, 0)", user.name());
          for (String role : user.roles()) {
            database.update("INSERT OR IGNORE INTO role VALUES (?, ?)", role, user.name());
          }
          return true;
        });
  }

  /**
   * Stores a notification for each of its audience.
   *
   * @param key names this sending: with a key that was used before, nothing happens; null for none
   * @return how many; of a key that was used before, how many there were then
   */
  int send(Sending sending, @Nullable String key) throws SQLException {
    return database.transact(
        () -> {
          if (key != null) {
            List<Integer> before =
                database.query(
                    row -> row.getInt(1), "SELECT recipients FROM sending WHERE key = ?", key);
            if (!before.isEmpty()) {
              return before.getFirst();
            }
          }
          List<String> names = names(sending.audience());
          for (String name : names) {
            store(name, sending);
          }
          if (key != null) {
            database.update("INSERT INTO sending VALUES (?, ?)", key, names.size());
          }
          return names.size();
        });
  }

  private List<String> names(Audience audience) throws SQLException {
    return switch (audience) {
      case Audience.One(String name) -> List.of(name);
      case Audience.Role(String role) ->
          database.query(Mailbox::name, "SELECT name FROM role WHERE role = ? ORDER BY name", role);
      case Audience.Everybody everybody ->
          database.query(Mailbox::name, "SELECT name FROM person ORDER BY name");
    };
  }

  private static String name(ResultSet row) throws SQLException {
    return row.getString(1);
  }

  private void store(String owner, Sending sending) throws SQLException {
    long now = clock.millis();
    long id =
        database.number(
            "INSERT INTO notice (owner, type, title, text, link, at, read)"
                + " VALUES (?, ?, ?, ?, ?, ?, 0) RETURNING id",
            owner,
            sending.type(),
            sending.title(),
            sending.text(),
            sending.link(),
            now);
    long version = nextVersion(owner);
    Notice notice =
        new Notice(id, sending.type(), sending.title(), sending.text(), sending.link(), now, false);
    tell(owner, "notification", Map.of("version", version, "notice", notice));
    tellUnread(owner, version);
  }

  private void tell(String owner, String type, Object data) throws SQLException {
    database.update(
        "INSERT INTO outbox (channel, type, data) VALUES (?, ?, ?)",
        channel(owner),
        type,
        Request.toJson(data));
  }

  /**
   * Marks one as read.
   *
   * @return whether it is this user's; nothing happens if it was read before
   */
  boolean read(String owner, long id) throws SQLException {
    return database.transact(
        () -> {
          if (database.update(
                  "UPDATE notice SET read = 1 WHERE id = ? AND owner = ? AND read = 0", id, owner)
              > 0) {
            tellRead(owner, Map.of("id", id));
          }
          return database.number(
                  "SELECT count(*) FROM notice WHERE id = ? AND owner = ?", id, owner)
              > 0;
        });
  }

  /**
   * Marks all up to one as read: those that came after the user looked stay unread.
   *
   * @return how many were unread
   */
  int readUpTo(String owner, long id) throws SQLException {
    return database.transact(
        () -> {
          int marked =
              database.update(
                  "UPDATE notice SET read = 1 WHERE owner = ? AND id <= ? AND read = 0", owner, id);
          if (marked > 0) {
            tellRead(owner, Map.of("upTo", id));
          }
          return marked;
        });
  }

  private void tellRead(String owner, Map<String, Long> which) throws SQLException {
    long version = nextVersion(owner);
    tell(owner, "read", Map.of("version", version, "which", which));
    tellUnread(owner, version);
  }

  private void tellUnread(String owner, long version) throws SQLException {
    tell(owner, "unread", Map.of("version", version, "count", unread(owner)));
  }

  private long unread(String owner) throws SQLException {
    return database.number("SELECT count(*) FROM notice WHERE owner = ? AND read = 0", owner);
  }

  // Of what is read from the tables and what comes as an event, it says which is newer.
  private long nextVersion(String owner) throws SQLException {
    return database.number(
        "INSERT INTO person VALUES (?, 1) ON CONFLICT DO UPDATE SET version = version + 1"
            + " RETURNING version",
        owner);
  }

  /**
   * A page of somebody's notifications, the newest first.
   *
   * @param notices of this page
   * @param next what to ask for with {@code before} to get the next page; null if this is the last
   * @param unread how many are unread, on all pages
   * @param version of the whole mailbox: events with a version up to this are in here already
   */
  record Page(List<Notice> notices, @Nullable Long next, long unread, long version) {}

  /** Reads those before an id. */
  Page page(String owner, long before, int limit) throws SQLException {
    return database.transact(
        () -> {
          List<Notice> found =
              database.query(
                  Mailbox::notice,
                  "SELECT id, type, title, text, link, at, read FROM notice"
                      + " WHERE owner = ? AND id < ? ORDER BY id DESC LIMIT ?",
                  owner,
                  before,
                  limit + 1);
          List<Notice> shown = found.subList(0, Math.min(limit, found.size()));
          return new Page(
              List.copyOf(shown),
              found.size() > limit ? shown.getLast().id() : null,
              unread(owner),
              database.number(
                  "SELECT coalesce(max(version), 0) FROM person WHERE name = ?", owner));
        });
  }

  private static Notice notice(ResultSet row) throws SQLException {
    return new Notice(
        row.getLong("id"),
        row.getString("type"),
        row.getString("title"),
        row.getString("text"),
        row.getString("link"),
        row.getLong("at"),
        row.getBoolean("read"));
  }
}
