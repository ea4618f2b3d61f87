package io.sluice.redis.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * That a node is there: it says so at each beat, and counts as gone when nothing was heard of it
 * for the time of its lease, by Redis' clock.
 *
 * <p>Thread-safe; beats come one after the other.
 */
final class Membership {

  private static final Logger log = LoggerFactory.getLogger(Membership.class);

  private final Line line;
  private final FleetOptions options;
  private final String run;
  private final AtomicLong rejoined = new AtomicLong();
  private volatile List<String> nodes;

  /**
   * @param run tells this process from another of the same name
   */
  Membership(Line line, FleetOptions options, String run) {
    this.line = line;
    this.options = options;
    this.run = run;
    this.nodes = List.of(options.node());
  }

  /** What a beat has brought. */
  sealed interface Beat {

    /** Another process that runs has this name. */
    record NameTaken() implements Beat {}

    /**
     * It counts as there.
     *
     * @param known whether it did all the time since the last beat
     * @param revocation the number of the newest one
     */
    record There(boolean known, long revocation) implements Beat {}
  }

  /** Says that it is there. */
  CompletableFuture<Beat> beat() {
    String own = options.node();
    return line.run(
            Script.RENEW,
            List.of(
                line.key("nodes"),
                line.key("runs"),
                line.key("present"),
                line.key("here:" + own),
                RedisPlaces.key(line, own),
                RedisRevocations.numberKey(line)),
            List.of(own, run, options.lease().toMillis()))
        .thenApply(this::understood);
  }

  private Beat understood(List<Object> answer) {
    long known = Script.number(answer.getFirst());
    if (known < 0) {
      return new Beat.NameTaken();
    }
    List<String> there = new ArrayList<>();
    answer.subList(2, answer.size()).forEach(node -> there.add(Script.text(node)));
    there.sort(null);
    if (!there.equals(nodes)) {
      log.info("nodes of this hub: {}", there);
    }
    nodes = List.copyOf(there);
    if (known == 0) {
      rejoined.incrementAndGet();
    }
    return new Beat.There(known == 1, Script.number(answer.get(1)));
  }

  /** Says that it goes; its members count for some time more. */
  CompletableFuture<?> depart(long lingerMillis) {
    String own = options.node();
    return line.run(
        Script.DEPART,
        List.of(
            line.key("nodes"),
            line.key("runs"),
            line.key("present"),
            line.key("here:" + own),
            RedisPlaces.key(line, own)),
        List.of(own, run, lingerMillis));
  }

  /** The names of the nodes that were there at the last beat, this one's too, in order. */
  List<String> nodes() {
    return nodes;
  }

  /** How often it didn't count as there any more, the first time not counted. */
  long rejoined() {
    return Math.max(0, rejoined.get() - 1);
  }
}
