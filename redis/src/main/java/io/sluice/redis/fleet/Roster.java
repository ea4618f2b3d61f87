package io.sluice.redis.fleet;

import io.sluice.presence.Attendance;
import io.sluice.presence.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is where through one node, as whoever tells it for all has heard.
 *
 * <p>Confined to the fleet's scheduler.
 */
final class Roster {

  private final Attendance attendance;
  private final Map<String, Integer> counts = new HashMap<>();
  private final List<Change> waiting = new ArrayList<>();
  private long version = -1;
  private boolean loading;

  private record Change(long number, String field, int count) {}

  Roster(Attendance attendance) {
    this.attendance = attendance;
  }

  /** Whether it is as of that change, or is just being made so. */
  boolean isAt(long number) {
    return loading || version == number;
  }

  void beginLoading() {
    loading = true;
  }

  void loadingFailed() {
    loading = false;
    waiting.clear();
  }

  /** One change. Returns whether it was the next one: otherwise some are missing. */
  boolean change(long number, String field, int count) {
    if (loading) {
      waiting.add(new Change(number, field, count));
      return true;
    }
    if (number <= version) {
      return true; // what was loaded has it
    }
    if (number != version + 1) {
      return false;
    }
    version = number;
    set(field, count);
    return true;
  }

  /** All that there is. */
  void load(long number, Map<String, Integer> all) {
    loading = false;
    version = number;
    Set<String> gone = new HashSet<>(counts.keySet());
    gone.removeAll(all.keySet());
    all.forEach(this::set);
    gone.forEach(field -> set(field, 0));
    // If one is missing among them, the next beat notices.
    waiting.forEach(change -> change(change.number, change.field, change.count));
    waiting.clear();
  }

  /** The node has gone, and all who were there through it. */
  void clear() {
    Set.copyOf(counts.keySet()).forEach(field -> set(field, 0));
  }

  private void set(String field, int count) {
    Integer before = count == 0 ? counts.remove(field) : counts.put(field, count);
    int more = count - (before == null ? 0 : before);
    String channel = PresenceReport.channelOf(field);
    Member member = PresenceReport.memberOf(field);
    for (int i = 0; i < more; i++) {
      attendance.enter(channel, member);
    }
    for (int i = 0; i > more; i--) {
      attendance.leave(channel, member);
    }
  }
}
