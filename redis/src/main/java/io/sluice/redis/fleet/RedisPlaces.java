package io.sluice.redis.fleet;

import io.sluice.access.SharedPlaces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * How many streams each node has open of each subject and address. What a node says of itself ends
 * with its lease, so the streams of one that was killed don't count for long. Without Redis each
 * node counts for itself.
 *
 * <p>Thread-safe.
 */
final class RedisPlaces implements SharedPlaces {

  private static final int PER_COMMAND = 1000;

  private final Line line;
  private final String own;
  private final Duration lease;
  private volatile Consumer<Consumer<Map<String, Integer>>> counts = told -> {};

  RedisPlaces(Line line, FleetOptions options) {
    this.line = line;
    this.own = options.node();
    this.lease = options.lease();
  }

  static String key(Line line, String node) {
    return line.key("places:" + node);
  }

  /** Says where all that this node has can be counted anew. */
  void countWith(Consumer<Consumer<Map<String, Integer>>> all) {
    counts = all;
  }

  @Override
  public CompletableFuture<Integer> take(List<Claim> claims) {
    List<Object> arguments = new ArrayList<>(List.of(line.key("places:"), own, lease.toMillis()));
    for (Claim claim : claims) {
      arguments.addAll(List.of(claim.account(), claim.own(), claim.bound()));
    }
    return line.run(Script.PLACE, List.of(line.key("nodes"), key(line, own)), arguments)
        .handle(
            (answer, away) ->
                answer == null ? -1 : Math.toIntExact(Script.number(answer.getFirst())));
  }

  @Override
  public void give(String account, int now) {
    var unused = count(false, List.of(account, now));
  }

  private CompletableFuture<List<Object>> count(boolean all, List<?> counted) {
    List<Object> arguments = new ArrayList<>(List.of(lease.toMillis(), all ? 1 : 0));
    arguments.addAll(counted);
    return line.run(Script.COUNT, List.of(key(line, own)), arguments);
  }

  /** Says all anew: Redis may have missed something, or taken this node for gone. */
  void countAnew() {
    var unused = count(true, List.of());
    // While the limits tell this nothing changes: what is said later is newer.
    counts.accept(this::count);
  }

  private void count(Map<String, Integer> all) {
    List<Object> counted = new ArrayList<>();
    all.forEach(
        (account, number) -> {
          counted.add(account);
          counted.add(number);
          if (counted.size() >= 2 * PER_COMMAND) {
            var unused = count(false, counted);
            counted.clear();
          }
        });
    var unused = count(false, counted);
  }
}
