package io.sluice.examples.chat;

import io.sluice.event.ChannelPattern;
import io.sluice.event.Event;
import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.examples.site.Refusal;
import io.sluice.examples.site.Request;
import io.sluice.examples.site.Response;
import io.sluice.examples.site.Site;
import io.sluice.examples.site.User;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What people can ask for: each request is checked, and becomes an event.
 *
 * <p>Thread-safe.
 */
final class Desk {

  private static final int MAX_TEXT = 2000;
  private static final int MAX_ROOMS = 200;
  private static final Pattern ROOM = Pattern.compile("[a-z0-9-]{1,24}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,24}");

  private final Site site;
  private final Speakers speakers;
  private final Set<String> rooms = ConcurrentHashMap.newKeySet();

  Desk(Site site, Speakers speakers) {
    this.site = site;
    this.speakers = speakers;
    var opened = Subscription.to("chat/rooms");
    for (Event event : site.hub().history(opened, Origin.earliest(), MAX_ROOMS).join().events()) {
      rooms.add(Request.fromJson(event.data(), Room.class).name());
    }
    for (String room : List.of("lobby", "games", "music")) {
      if (!rooms.contains(room)) {
        open(room, "");
      }
    }
  }

  // ---- rooms

  private record Room(String name, String by) {}

  private record Opening(@Nullable String name) {}

  Response open(Request request) {
    User user = request.signedIn();
    String name = request.json(Opening.class).name();
    if (name == null || !ROOM.matcher(name).matches()) {
      throw new Refusal(400, "a room is 1 to 24 of a-z, 0-9 and '-', not '" + name + "'");
    }
    speakers.speak(user.name());
    open(name, user.name());
    return Response.json(201, new Room(name, user.name()));
  }

  private synchronized void open(String name, String by) {
    if (rooms.contains(name)) {
      throw new Refusal(409, "there is a room '" + name + "' already");
    }
    if (rooms.size() >= MAX_ROOMS) {
      throw new Refusal(409, "there are " + MAX_ROOMS + " rooms, and can't be more");
    }
    publish(null, "chat/rooms", "chat:room", new Room(name, by));
    rooms.add(name);
  }

  private String channel(@Nullable String room) {
    if (room == null || !rooms.contains(room)) {
      throw new Refusal(404, "there is no room '" + room + "'");
    }
    return "rooms/" + room;
  }

  // ---- messages

  private record Saying(@Nullable String room, @Nullable String to, @Nullable String text) {}

  private record Message(String from, String text, @Nullable String key) {}

  private record Direct(String from, String to, String text, @Nullable String key) {}

  private record Id(String id) {}

  Response say(Request request) {
    User user = request.signedIn();
    Saying saying = request.json(Saying.class);
    String text = text(saying.text());
    String key = request.idempotencyKey();
    speakers.speak(user.name());
    return saying.to() == null
        ? publish(
            named(user, key),
            channel(saying.room()),
            "chat:message",
            new Message(user.name(), text, key))
        : sayTo(saying.to(), new Direct(user.name(), saying.to(), text, key), named(user, key));
  }

  private Response sayTo(String to, Direct message, @Nullable String key) {
    if (!NAME.matcher(to).matches() || to.equals(message.from())) {
      throw new Refusal(400, "'" + to + "' isn't the name of somebody else");
    }
    String data = Request.toJson(message);
    var first =
        site.publish(
            key, // both or none, and never twice
            Publication.of("users/" + to + "/direct", "chat:direct", data),
            Publication.of("users/" + message.from() + "/direct", "chat:direct", data));
    return Response.json(201, new Id(first.first().toString()));
  }

  private record Edit(String message, String text) {}

  private record Deletion(String message, String by) {}

  Response edit(Request request) {
    User user = request.signedIn();
    String text = text(request.json(Saying.class).text());
    Event message = messageOf(user, request.rest(), false);
    speakers.speak(user.name());
    return publish(
        named(user, request.idempotencyKey()),
        message.channel(),
        "chat:edit",
        new Edit(request.rest(), text));
  }

  Response delete(Request request) {
    User user = request.signedIn();
    Event message = messageOf(user, request.rest(), user.roles().contains("admin"));
    return publish(
        named(user, request.idempotencyKey()),
        message.channel(),
        "chat:delete",
        new Deletion(request.rest(), user.name()));
  }

  private Event messageOf(User user, String id, boolean anybodys) {
    EventId sought = EventId.parse(id);
    if (sought == null || sought.sequence() == 0) {
      throw new Refusal(400, "'" + id + "' isn't the id of a message");
    }
    var messages =
        Subscription.of(List.of(ChannelPattern.parse("rooms/*")), List.of("chat:message"));
    var before = Origin.after(new EventId(sought.epoch(), sought.sequence() - 1));
    List<Event> found = site.hub().history(messages, before, 1).join().events();
    if (found.isEmpty() || !found.getFirst().id().equals(sought)) {
      throw new Refusal(404, "there is no message " + id);
    }
    Message message = Request.fromJson(found.getFirst().data(), Message.class);
    if (!anybodys && !message.from().equals(user.name())) {
      throw new Refusal(403, "message " + id + " is " + message.from() + "'s");
    }
    return found.getFirst();
  }

  // ---- typing, and what all are told

  private record Typing(String user) {}

  @Nullable Object type(Request request) {
    User user = request.signedIn();
    String room = channel(request.json(Saying.class).room());
    if (speakers.type(user.name())) {
      publish(null, room + "/typing", "chat:typing", new Typing(user.name()));
    }
    return null;
  }

  Response announce(Request request) {
    User user = request.signedIn();
    if (!user.roles().contains("admin")) {
      throw new Refusal(403, "announcements are the admin's to make, not " + user.name() + "'s");
    }
    String key = request.idempotencyKey();
    return publish(
        named(user, key),
        "chat/announcements",
        "chat:announcement",
        new Message(user.name(), text(request.json(Saying.class).text()), key));
  }

  private static String text(@Nullable String text) {
    if (text == null || text.isBlank() || text.length() > MAX_TEXT) {
      int length = text == null ? 0 : text.length();
      throw new Refusal(400, "a text has 1 to " + MAX_TEXT + " characters, not " + length);
    }
    return text.strip();
  }

  // Keys are the browsers' to choose: nobody can take another's.
  private static @Nullable String named(User user, @Nullable String key) {
    return key == null ? null : user.name() + '/' + key;
  }

  private Response publish(@Nullable String key, String channel, String type, Object data) {
    var receipt = site.publish(key, Publication.of(channel, type, Request.toJson(data)));
    return Response.json(201, new Id(receipt.first().toString()));
  }
}
