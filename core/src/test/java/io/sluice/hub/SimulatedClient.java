package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.EventStreamParser;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A subscriber over all its connections: remembers its last event id as EventSource does. */
final class SimulatedClient {

  private static final int MAX_BLOCK = 1 << 22;

  /** One connection, with what is expected of it. */
  static final class Connection {
    final ManualLoop loop;
    final ScriptedOutlet outlet;
    final StreamCheck check;
    final EventStreamParser parser;
    @Nullable Stream stream;

    Connection(ManualLoop loop, ScriptedOutlet outlet, StreamCheck check) {
      this.loop = loop;
      this.outlet = outlet;
      this.check = check;
      this.parser = new EventStreamParser(check, MAX_BLOCK);
    }
  }

  final String name;
  Subscription wanted;
  String lastEventId = "";
  @Nullable Connection connection;

  SimulatedClient(String name, Subscription wanted) {
    this.name = name;
    this.wanted = wanted;
  }

  /** Where it begins when it comes back. */
  Origin origin() {
    return lastEventId.isEmpty() ? Origin.live() : Origin.lastEventId(lastEventId);
  }

  /**
   * The connection is gone, and this much of what was sent came through.
   *
   * @param epoch the hub's
   */
  void cut(byte[] sent, int bytes, String epoch) {
    EventId before = EventId.parse(lastEventId);
    EventStreamParser parser =
        new EventStreamParser((id, type, data) -> {}, MAX_BLOCK, lastEventId);
    parser.feed(Arrays.copyOf(sent, bytes), 0, bytes);
    lastEventId = parser.lastEventId();
    connection = null;
    EventId after = EventId.parse(lastEventId);
    if (before != null && before.epoch().equals(epoch)) {
      if (after == null || !after.epoch().equals(epoch)) {
        throw new AssertionError("an id of the hub was replaced by " + lastEventId);
      }
      if (after.sequence() < before.sequence()) {
        throw new AssertionError("the last event id went back from " + before + " to " + after);
      }
    }
  }
}
