package io.sluice.redis.fleet;

import io.sluice.presence.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who is in which channel through this node, and tells Redis so: somebody with a name once, however
 * many streams they have, of those without one how many there are.
 *
 * <p>Thread-safe: what is told comes in the order in which it became so.
 */
final class PresenceReport {

  private static final int PER_COMMAND = 1000;

  private final Line line;
  private final FleetOptions options;

  // Guarded by this.
  private final Map<String, Integer> streams = new HashMap<>();
  private boolean frozen;

  PresenceReport(Line line, FleetOptions options) {
    this.line = line;
    this.options = options;
  }

  /**
   * Stands for somebody in a channel: a channel has no line feed in it.
   *
   * @param channel a channel
   */
  static String field(String channel, Member member) {
    return channel + '\n' + (member.name() == null ? "" : '@' + member.name());
  }

  static String channelOf(String field) {
    return field.substring(0, field.indexOf('\n'));
  }

  static Member memberOf(String field) {
    int at = field.indexOf('\n') + 1;
    return at == field.length() ? Member.ANONYMOUS : new Member(field.substring(at + 1));
  }

  synchronized void enter(String channel, Member member) {
    String field = field(channel, member);
    int now = streams.merge(field, 1, Integer::sum);
    if (now == 1 || member.name() == null) {
      say(field, now);
    }
  }

  synchronized void leave(String channel, Member member) {
    if (frozen) {
      return;
    }
    String field = field(channel, member);
    Integer now = streams.computeIfPresent(field, (which, n) -> n > 1 ? n - 1 : null);
    if (now == null || member.name() == null) {
      say(field, now == null ? 0 : now);
    }
  }

  /** From now on nobody leaves: who is sent away comes back at another node. */
  synchronized void freeze() {
    frozen = true;
  }

  private void say(String field, int number) {
    send(false, List.of(field, number));
  }

  /** Says all anew. */
  synchronized void sayAll() {
    send(true, List.of());
    List<Object> said = new ArrayList<>();
    streams.forEach(
        (field, number) -> {
          said.add(field);
          said.add(field.endsWith("\n") ? number : 1);
          if (said.size() >= 2 * PER_COMMAND) {
            send(false, said);
            said.clear();
          }
        });
    send(false, said);
  }

  private void send(boolean all, List<?> fields) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(options.lease().toMillis(), all ? 1 : 0, line.key("presence"), options.node()));
    arguments.addAll(fields);
    // What Redis doesn't hear is said anew when it is back.
    var unused = line.run(Script.HERE, List.of(line.key("here:" + options.node())), arguments);
  }
}
