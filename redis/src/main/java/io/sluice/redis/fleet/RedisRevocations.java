package io.sluice.redis.fleet;

import io.sluice.access.Identity;
import io.sluice.access.MemoryRevocations;
import io.sluice.access.Revocation;
import io.sluice.access.Revocations;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Revocations of all nodes. Each has them all in its memory, and asks that alone; it hears of new
 * ones at once, and looks at each beat whether it missed one. So they hold while Redis is away, but
 * what is taken back then isn't.
 *
 * <p>Thread-safe.
 */
final class RedisRevocations implements Revocations {

  /** The news that there is something new. */
  static final String KIND = "revoked";

  private static final Logger log = LoggerFactory.getLogger(RedisRevocations.class);
  private static final byte[] NOTHING = {};
  private static final long NEVER = -1;

  private final Line line;
  private final Calls calls;
  private final MemoryRevocations memory;
  private final ScheduledExecutorService scheduler;

  // Confined to the scheduler.
  private long known;
  private CompletableFuture<Void> looking = CompletableFuture.completedFuture(null);

  RedisRevocations(
      Line line, Calls calls, MemoryRevocations memory, ScheduledExecutorService scheduler) {
    this.line = line;
    this.calls = calls;
    this.memory = memory;
    this.scheduler = scheduler;
    calls.hear(KIND, news -> scheduler.execute(this::look));
  }

  @Override
  public CompletableFuture<Outcome> revoke(Revocation revocation) {
    return keep(revocation)
        .thenCompose(
            kept -> {
              if (!kept) {
                return CompletableFuture.completedFuture(Outcome.FULL);
              }
              var unused = calls.tell(KIND, NOTHING);
              return memory.revoke(revocation);
            });
  }

  private CompletableFuture<Boolean> keep(Revocation revocation) {
    return line.run(
            Script.REVOKE,
            List.of(key(), key() + ":new", key() + ":end", key() + ":number"),
            List.of(
                whose(revocation),
                revocation.until().toEpochMilli(),
                before(revocation),
                MemoryRevocations.MAX_REVOCATIONS))
        .thenApply(answer -> Script.number(answer.getFirst()) > 0);
  }

  private String key() {
    return line.key("revoked");
  }

  /** The number of the newest, so that a beat can bring it. */
  static String numberKey(Line line) {
    return line.key("revoked") + ":number";
  }

  /**
   * A beat has brought the number of the newest. On the scheduler.
   *
   * @return completes when all up to it hold here
   */
  CompletableFuture<Void> newest(long number) {
    if (number < known) {
      // Redis has lost some: it gets them back from whoever still knows them.
      log.warn("Redis has lost revocations; it gets {} back", memory.size());
      known = 0;
      memory
          .all()
          .forEach(
              revocation -> {
                var unused = keep(revocation);
              });
    }
    return number == known ? looking : look();
  }

  private CompletableFuture<Void> look() {
    if (looking.isDone()) {
      looking = since(known).exceptionally(away -> null); // the next beat looks again
    }
    return looking;
  }

  private CompletableFuture<Void> since(long number) {
    return line.run(
            Script.REVOKED, List.of(key(), key() + ":new", key() + ":number"), List.of(number))
        .thenComposeAsync(this::learn, scheduler);
  }

  private CompletableFuture<Void> learn(List<Object> answer) {
    for (int i = 1; i + 2 < answer.size(); i += 3) {
      known = Math.max(known, Script.number(answer.get(i)));
      String times = Script.text(answer.get(i + 2));
      if (!times.isEmpty()) {
        var unused = memory.revoke(revocation(Script.text(answer.get(i + 1)), times));
      }
    }
    if (answer.size() > 1) {
      return since(known);
    }
    known = Script.number(answer.getFirst());
    return CompletableFuture.completedFuture(null);
  }

  private static String whose(Revocation revocation) {
    return switch (revocation) {
      case Revocation.OfToken token -> "t:" + token.tokenId();
      case Revocation.OfSubject subject -> "s:" + subject.subject();
    };
  }

  private static long before(Revocation revocation) {
    return revocation instanceof Revocation.OfSubject subject
        ? subject.issuedBefore().toEpochMilli()
        : NEVER;
  }

  private static Revocation revocation(String whose, String times) {
    int space = times.indexOf(' ');
    Instant until = Instant.ofEpochMilli(Long.parseLong(times.substring(0, space)));
    Instant before = Instant.ofEpochMilli(Long.parseLong(times.substring(space + 1)));
    String name = whose.substring(2);
    return whose.startsWith("t:")
        ? new Revocation.OfToken(name, until)
        : new Revocation.OfSubject(name, before, until);
  }

  @Override
  public boolean isRevoked(Identity identity) {
    return memory.isRevoked(identity);
  }

  @Override
  public void onRevoked(Consumer<Revocation> listener) {
    memory.onRevoked(listener);
  }

  @Override
  public int size() {
    return memory.size();
  }
}
