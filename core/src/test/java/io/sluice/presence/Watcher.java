package io.sluice.presence;

import io.sluice.event.Event;
import io.sluice.event.EventId;
import io.sluice.event.PresenceChannel;
import io.sluice.hub.Hub;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a client makes of presence: it asks once, then follows the events. */
final class Watcher {

  private static final JsonMapper JSON = new JsonMapper();

  private final Hub hub;
  private final String channel;
  private EventId position;
  final TreeSet<String> names = new TreeSet<>();
  int count;
  boolean mustAsk;

  private Watcher(Hub hub, String channel, Present present) {
    this.hub = hub;
    this.channel = channel;
    this.position = present.position();
    this.count = present.count();
    take(present);
  }

  static Watcher of(Hub hub, String channel, Present present) {
    return new Watcher(hub, channel, present);
  }

  private void take(Present present) {
    names.clear();
    List<String> members = present.members();
    if (members != null) {
      names.addAll(members);
    }
    mustAsk = members == null;
  }

  /** Takes the events that came since. */
  void follow() {
    Hub.History history =
        hub.history(
                Subscription.to(PresenceChannel.of(channel)),
                new Origin.After(position),
                Integer.MAX_VALUE)
            .join();
    if (history.gap() != null) {
      throw new AssertionError("a gap: " + history.gap());
    }
    history.events().forEach(this::take);
  }

  private void take(Event event) {
    position = event.id();
    JsonNode json = JSON.readTree(event.data());
    int before = count;
    count = json.get("count").asInt();
    boolean joined = "joined".equals(event.type());
    if (json.has("listed")) {
      mustAsk = true;
      names.clear();
      return;
    }
    if (mustAsk) {
      return;
    }
    if (!json.has("member")) {
      check(joined == count > before, event);
      return;
    }
    String member = json.get("member").asString();
    check(joined ? names.add(member) : names.remove(member), event);
    check(count == before + (joined ? 1 : -1), event);
  }

  private void check(boolean holds, Event event) {
    if (!holds) {
      throw new AssertionError(event + " after " + names + ", " + count);
    }
  }

  @Override
  public String toString() {
    return count + " " + names;
  }
}
