package io.sluice.examples.notifications;

import io.sluice.examples.site.Refusal;
import io.sluice.examples.site.Request;
import io.sluice.examples.site.Site;
import io.sluice.examples.site.User;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The application's API.
 *
 * <pre>
 * POST /api/notifications                     sends, for those with the role sender
 * GET  /api/notifications?before=&amp;limit=   the caller's own, the newest first
 * PUT  /api/read/{id}                         has read one
 * POST /api/read  {"upTo": id}                has read all up to there
 * </pre>
 *
 * <p>Thread-safe.
 */
final class NotificationsApi {

  private static final int MOST_ON_A_PAGE = 100;
  private static final int LONGEST_KEY = 100;

  private final Mailbox mailbox;
  private final Outbox outbox;

  NotificationsApi(Mailbox mailbox, Outbox outbox) {
    this.mailbox = mailbox;
    this.outbox = outbox;
  }

  void addTo(Site site) {
    site.route("POST /api/notifications", this::send)
        .route("GET /api/notifications", this::list)
        .route("PUT /api/read/*", this::read)
        .route("POST /api/read", this::readUpTo);
  }

  private Object send(Request request) throws SQLException {
    User user = request.signedIn();
    if (!user.roles().contains("sender")) {
      throw new Refusal(403, user.name() + " hasn't the role 'sender'");
    }
    String key = request.idempotencyKey();
    if (key != null && key.length() > LONGEST_KEY) {
      throw new Refusal(
          400, "the key has " + key.length() + " characters; " + LONGEST_KEY + " are allowed");
    }
    int recipients = mailbox.send(request.json(Sending.class), key);
    outbox.wake();
    return Map.of("recipients", recipients);
  }

  private Object list(Request request) throws SQLException {
    User user = request.signedIn();
    mailbox.meet(user);
    long before = number(request, "before", Long.MAX_VALUE, Long.MAX_VALUE);
    int limit = (int) number(request, "limit", 20, MOST_ON_A_PAGE);
    return mailbox.page(user.name(), before, limit);
  }

  private @Nullable Object read(Request request) throws SQLException {
    String owner = request.signedIn().name();
    if (!mailbox.read(owner, number("a notification", request.rest(), Long.MAX_VALUE))) {
      throw new Refusal(404, owner + " has no notification " + request.rest());
    }
    outbox.wake();
    return null;
  }

  private record UpTo(long upTo) {}

  private Object readUpTo(Request request) throws SQLException {
    int marked = mailbox.readUpTo(request.signedIn().name(), request.json(UpTo.class).upTo());
    outbox.wake();
    return Map.of("marked", marked);
  }

  private static long number(Request request, String name, long otherwise, long most) {
    String text = request.query().get(name);
    return text == null ? otherwise : number(name, text, most);
  }

  private static long number(String name, String text, long most) {
    try {
      long number = Long.parseLong(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // is told below
    }
    throw new Refusal(400, name + " is a number from 1 to " + most + ", not '" + text + "'");
  }
}
