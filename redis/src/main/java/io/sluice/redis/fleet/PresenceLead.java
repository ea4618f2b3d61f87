package io.sluice.redis.fleet;

import io.sluice.event.PresenceChannel;
import io.sluice.presence.Attendance;
import io.sluice.presence.Telling;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node tells who is there, for all: so {@code joined} and {@code left} come once, and counts in
 * order. It knows of each node who is there through it, hears each change, and looks at each beat
 * whether it missed one. What was told it knows from the log, so the next leader goes on from
 * there.
 *
 * <p>It tells nothing in the last fifth of its lease: what was told before has come to all nodes
 * when the next one begins.
 *
 * <p>Thread-safe; all of it happens on the fleet's scheduler.
 */
final class PresenceLead {

  private static final Logger log = LoggerFactory.getLogger(PresenceLead.class);

  private final Line line;
  private final Ears ears;
  private final FleetOptions options;
  private final String self;
  private final Function<Telling, Attendance> attendances;
  private final ScheduledExecutorService scheduler;

  private volatile @Nullable Term term;
  private volatile String leader = "";
  private volatile long allowedUntil = System.nanoTime();
  private volatile boolean willing = true;

  // Confined to the scheduler.
  private final Map<String, Roster> rosters = new HashMap<>();

  /**
   * @param self name and run of this node
   * @param attendances makes one that tells in this node's hub
   */
  PresenceLead(
      Line line,
      Ears ears,
      FleetOptions options,
      String self,
      Function<Telling, Attendance> attendances,
      ScheduledExecutorService scheduler) {
    this.line = line;
    this.ears = ears;
    this.options = options;
    this.self = self;
    this.attendances = attendances;
    this.scheduler = scheduler;
  }

  /** The attendance of all nodes, if this one tells; otherwise null. */
  @Nullable Attendance attendance() {
    Term current = term;
    return current != null && current.isAllowed() ? current.attendance : null;
  }

  /** The node that tells, empty if there is none at present. */
  String leader() {
    return leader.isEmpty() ? "" : leader.substring(0, leader.lastIndexOf(' '));
  }

  /** Takes no lead any more, and gives up the one it has. */
  void resign() {
    willing = false;
    scheduler.execute(
        () -> {
          lose();
          beat();
        });
  }

  /** Whether this node tells. */
  boolean leads() {
    return attendance() != null;
  }

  /** Looks who leads, and takes the lead if nobody does. On the scheduler. */
  void beat() {
    long asked = System.nanoTime();
    line.run(
            Script.LEAD,
            List.of(line.key("leader"), line.key("present")),
            List.of(self, options.lease().toMillis(), willing ? 1 : 0, line.key("here:")))
        .whenCompleteAsync(
            (answer, away) -> {
              if (answer != null) {
                heard(answer, asked);
              } else if (attendance() == null) {
                lose();
              }
            },
            scheduler);
  }

  private void heard(List<Object> answer, long asked) {
    leader = Script.text(answer.getFirst());
    // Who let its time lapse begins anew: another one may have told in between.
    if (!leader.equals(self) || !willing || attendance() == null) {
      lose();
    }
    if (!leader.equals(self) || !willing) {
      return;
    }
    Duration margin = options.lease().dividedBy(5);
    allowedUntil = asked + options.lease().minus(margin).toNanos();
    Term current = term;
    Attendance told = current == null ? begin() : current.attendance;
    Map<String, Long> present = new HashMap<>();
    for (int i = 1; i + 1 < answer.size(); i += 2) {
      present.put(Script.text(answer.get(i)), Script.number(answer.get(i + 1)));
    }
    rosters
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !present.containsKey(entry.getKey());
              if (gone) {
                log.info("node {} has gone, and who was there through it", entry.getKey());
                entry.getValue().clear();
              }
              return gone;
            });
    present.forEach(
        (node, version) -> {
          Roster roster = rosters.computeIfAbsent(node, name -> new Roster(told));
          if (!roster.isAt(version)) {
            load(node, roster);
          }
        });
  }

  private Attendance begin() {
    log.info("this node tells who is there, for all");
    ears.alsoListen(line.key("presence"), message -> scheduler.execute(() -> changed(message)));
    Term begun = new Term();
    term = begun;
    // Who was told to be there, and is no longer, must be told to have left.
    line.send(commands -> commands.smembers(Script.bytes(line.key("rooms"))))
        .thenAccept(
            rooms ->
                rooms.forEach(
                    room -> begun.attendance.watch(PresenceChannel.of(Script.text(room)))))
        .exceptionally(
            away -> {
              scheduler.execute(this::lose);
              return null;
            });
    return begun.attendance;
  }

  private void lose() {
    if (term != null) {
      log.info("this node doesn't tell any more who is there");
      ears.listenNoMore(line.key("presence"));
    }
    term = null;
    allowedUntil = System.nanoTime();
    rosters.clear();
  }

  // "node \n number \n count \n channel \n member": see here.lua.
  private void changed(byte[] message) {
    String[] parts = new String(message, StandardCharsets.UTF_8).split("\n", 4);
    Roster roster = rosters.get(parts[0]);
    if (term == null || parts.length < 4) {
      return;
    }
    if (roster == null
        || !roster.change(Long.parseLong(parts[1]), parts[3], Integer.parseInt(parts[2]))) {
      beat(); // one has come, or something was missed
    }
  }

  private void load(String node, Roster roster) {
    roster.beginLoading();
    line.send(commands -> commands.hgetall(Script.bytes(line.key("here:" + node))))
        .whenCompleteAsync(
            (all, away) -> {
              if (rosters.get(node) != roster) {
                return; // lost, or gone meanwhile
              }
              if (all == null) {
                roster.loadingFailed();
                return;
              }
              Map<String, Integer> counts = new HashMap<>();
              long[] version = {0};
              all.forEach(
                  (field, value) -> {
                    if (field.length == 0) {
                      version[0] = Script.number(value);
                    } else {
                      counts.put(Script.text(field), Math.toIntExact(Script.number(value)));
                    }
                  });
              roster.load(version[0], counts);
            },
            scheduler);
  }

  /**
   * The time for which this node tells. An attendance of an earlier one must never tell again: what
   * it knows is old. What was told of is remembered in Redis, for who comes next.
   */
  private final class Term implements Telling {

    private final Attendance attendance = attendances.apply(this);

    @Override
    public boolean isAllowed() {
      return term == this && allowedUntil - System.nanoTime() > 0;
    }

    // What is told next must follow from what the log has: the next beat begins anew with that.
    @Override
    public void failed() {
      scheduler.execute(
          () -> {
            if (term == this) {
              lose();
            }
          });
    }

    @Override
    public void began(String channel) {
      var unused =
          line.send(
              commands -> commands.sadd(Script.bytes(line.key("rooms")), Script.bytes(channel)));
    }

    @Override
    public void ended(String channel) {
      if (term == this) {
        var unused =
            line.send(
                commands -> commands.srem(Script.bytes(line.key("rooms")), Script.bytes(channel)));
      }
    }
  }
}
