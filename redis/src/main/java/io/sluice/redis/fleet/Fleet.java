package io.sluice.redis.fleet;

import io.sluice.access.MemoryRevocations;
import io.sluice.access.Revocations;
import io.sluice.access.SharedPlaces;
import io.sluice.access.Spending;
import io.sluice.access.TicketStore;
import io.sluice.hub.Hub;
import io.sluice.presence.Attendance;
import io.sluice.presence.PresenceOptions;
import io.sluice.redis.RedisConnections;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's part in a fleet: what the nodes of a hub share beside the log, and how they ask one
 * another. Without Redis, and until it is back, nothing blocks: what each part does then is said
 * with it.
 *
 * <p>Thread-safe.
 */
public final class Fleet implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Fleet.class);
  private static final Duration SPENDING_BEAT = Duration.ofMillis(500);
  private static final Duration GOODBYE = Duration.ofSeconds(1);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final RedisConnections connections;
  private final FleetOptions options;
  private final ScheduledThreadPoolExecutor scheduler;
  private final Line line;
  private final Ears ears;
  private final Calls calls;
  private final Membership membership;
  private final String run = HexFormat.of().formatHex(RANDOM.generateSeed(8));
  private final RedisTickets tickets;
  private final RedisRevocations revocations;
  private final RedisPlaces places;
  private final SharedSpending attempts;
  private final SharedSpending publishes;
  private final PresenceReport report;

  private volatile @Nullable PresenceLead lead;
  private volatile boolean nameTaken;
  private volatile boolean departing;
  private volatile long heardNanos = System.nanoTime();

  private Fleet(RedisConnections connections, FleetOptions options, InstantSource clock) {
    this.connections = connections;
    this.options = options;
    this.scheduler =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("sluice-fleet").unstarted(task));
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    scheduler.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    line = new Line(connections, scheduler, this::begin, () -> {});
    ears = new Ears(connections, scheduler);
    calls = new Calls(line, options, scheduler);
    membership = new Membership(line, options, run);
    tickets = new RedisTickets(line, clock);
    revocations = new RedisRevocations(line, calls, new MemoryRevocations(clock), scheduler);
    places = new RedisPlaces(line, options);
    attempts = new SharedSpending(calls, options.node(), "attempts");
    publishes = new SharedSpending(calls, options.node(), "publishes");
    report = new PresenceReport(line, options);
  }

  /**
   * Joins. Blocks until this node counts as there and knows all that was taken back.
   *
   * @param connections its own from then on, and closed with it
   * @param within how long that may take
   * @throws IllegalArgumentException if another node that runs has this name
   * @throws IllegalStateException if Redis isn't reached in that time
   */
  public static Fleet join(
      RedisConnections connections, FleetOptions options, InstantSource clock, Duration within) {
    Fleet fleet = new Fleet(connections, options, clock);
    try {
      fleet.start(within);
      return fleet;
    } catch (RuntimeException failed) {
      fleet.end();
      throw failed;
    }
  }

  private void start(Duration within) {
    ears.listen(line.key(Calls.channel(options.node())), this::heard);
    ears.listen(line.key("all"), this::heard);
    ears.start();
    try {
      // Who is seen to be there must hear what it is asked.
      ears.firstUp().get(within.toMillis(), TimeUnit.MILLISECONDS);
      line.start();
      line.firstUp().get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      if (nameTaken) {
        throw new IllegalArgumentException(
            "another node of this hub that runs is called "
                + options.node()
                + "; each needs a name of its own. One that was killed keeps its name for "
                + options.lease().toSeconds()
                + " s");
      }
      throw new IllegalStateException(
          "Redis can't be reached, or doesn't answer: waited for " + within.toSeconds() + " s");
    } catch (ExecutionException failed) {
      throw new IllegalStateException("what nodes share can't be had", failed.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while joining the other nodes", e);
    }
    scheduler.scheduleWithFixedDelay(
        reported(this::beat),
        options.beat().toMillis(),
        options.beat().toMillis(),
        TimeUnit.MILLISECONDS);
    scheduler.scheduleWithFixedDelay(
        reported(
            () -> {
              attempts.tell();
              publishes.tell();
            }),
        SPENDING_BEAT.toMillis(),
        SPENDING_BEAT.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  // What a periodic task throws would end it, silently.
  private static Runnable reported(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException failed) {
        log.error("what nodes share can't be looked after", failed);
      }
    };
  }

  private void heard(byte[] message) {
    heardNanos = System.nanoTime();
    calls.heard(message);
  }

  /** There is a new connection: says all anew. */
  private CompletableFuture<Boolean> begin() {
    if (departing) {
      return CompletableFuture.completedFuture(true);
    }
    return membership
        .beat()
        .thenComposeAsync(
            beat ->
                switch (beat) {
                  case Membership.Beat.NameTaken taken -> {
                    nameTaken = true;
                    yield CompletableFuture.failedFuture(
                        new IllegalStateException(
                            "a node called " + options.node() + " is there already"));
                  }
                  case Membership.Beat.There there -> {
                    nameTaken = false;
                    sayAll();
                    yield revocations.newest(there.revocation()).thenApply(done -> true);
                  }
                },
            scheduler);
  }

  private void sayAll() {
    places.countAnew();
    report.sayAll();
    PresenceLead presence = lead;
    if (presence != null) {
      presence.beat();
    }
  }

  private void beat() {
    if (departing || !line.isUp()) {
      return;
    }
    membership
        .beat()
        .whenCompleteAsync(
            (beat, away) -> {
              switch (beat) {
                case null -> {} // a new connection says it anew
                case Membership.Beat.NameTaken taken -> {
                  // It was taken for gone, and somebody else is called so now.
                  log.error("another node is called {} now", options.node());
                  line.renew("another node has this one's name");
                }
                case Membership.Beat.There there -> {
                  var unused = revocations.newest(there.revocation());
                  if (!there.known()) {
                    log.warn("the other nodes had taken this one for gone; it says all anew");
                    sayAll();
                  }
                }
              }
            },
            scheduler);
    PresenceLead presence = lead;
    if (presence != null) {
      presence.beat();
    }
    checkEars();
  }

  // Its own words come back to it, or it is deaf.
  private void checkEars() {
    if (System.nanoTime() - heardNanos > options.lease().toNanos()) {
      heardNanos = System.nanoTime();
      ears.renew("nothing was heard for " + options.lease().toMillis() + " ms");
    }
    var unused = calls.tell("beat", new byte[0]);
  }

  /** This node's name. */
  public String node() {
    return options.node();
  }

  /** The names of all nodes that are there, in order, as of the last beat. */
  public List<String> nodes() {
    return membership.nodes();
  }

  /**
   * Asks another node; this one too.
   *
   * @param kind what it answers: {@link #answer}
   * @param body at most some megabytes: it goes through Redis
   * @return its answer; fails with {@link NodeCallException}
   */
  public CompletableFuture<byte[]> ask(String node, String kind, byte[] body) {
    return calls.ask(node, kind, body);
  }

  /** Answers other nodes' requests of a kind; the answerer must not block. */
  public void answer(String kind, Function<byte[], CompletableFuture<byte[]>> answerer) {
    calls.answer(kind, answerer);
  }

  /** Tickets of all nodes. Without Redis there are none. */
  public TicketStore tickets() {
    return tickets;
  }

  /** Revocations of all nodes. Without Redis those known hold, and none can be added. */
  public Revocations revocations() {
    return revocations;
  }

  /**
   * Open streams of all nodes. Without Redis each counts its own.
   *
   * @return to be given to what counts here
   */
  public SharedPlaces places() {
    return places;
  }

  /** Says where all that this node has open can be counted anew. */
  public void countWith(Consumer<Consumer<Map<String, Integer>>> all) {
    places.countWith(all);
  }

  /** Attempts at all nodes: what this one allowed is told the others. */
  public Spending attempts() {
    return attempts;
  }

  /** Publishes at all nodes: what this one allowed is told the others. */
  public Spending publishes() {
    return publishes;
  }

  /** Says what counts attempts that others allowed. */
  public void chargeAttempts(BiConsumer<String, long[]> charge) {
    attempts.chargeWith(charge);
  }

  /** Says what counts publishes that others allowed. */
  public void chargePublishes(BiConsumer<String, long[]> charge) {
    publishes.chargeWith(charge);
  }

  /**
   * Who is there, at all nodes. To be called once.
   *
   * @param hub tells it, if this node is the one that tells
   */
  public Attendance attendance(Hub hub, PresenceOptions presence) {
    PresenceLead made =
        new PresenceLead(
            line,
            ears,
            options,
            options.node() + ' ' + run,
            telling -> Attendance.telling(hub, presence, telling),
            scheduler);
    lead = made;
    scheduler.execute(made::beat);
    return new FleetAttendance(calls, report, made);
  }

  /** This node sends its streams away: who leaves it comes back at another, and hasn't left. */
  public void drain() {
    report.freeze();
    PresenceLead presence = lead;
    if (presence != null) {
      presence.resign();
    }
  }

  /** Figures at this moment. */
  public FleetFigures figures() {
    PresenceLead presence = lead;
    return new FleetFigures(
        nodes().size(),
        line.isUp(),
        presence != null && presence.leads(),
        calls.asked(),
        calls.unanswered(),
        membership.rejoined());
  }

  /**
   * Leaves, and says so, as far as Redis hears it within a second.
   *
   * @param linger how long those who were there through this node still count: they come back
   */
  public void leave(Duration linger) {
    if (departing) {
      return;
    }
    departing = true;
    PresenceLead presence = lead;
    if (presence != null) {
      presence.resign();
    }
    try {
      // After the lead was given up, which is said there.
      CompletableFuture.runAsync(() -> {}, scheduler)
          .thenCompose(done -> membership.depart(linger.toMillis()))
          .get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException unheard) {
      log.warn("couldn't say that this node goes; it counts as there for {}", options.lease());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end();
  }

  /** Leaves; who was there through this node has left. */
  @Override
  public void close() {
    leave(Duration.ZERO);
  }

  /** Ends without a word, as a process does that is killed: for tests. */
  void end() {
    departing = true;
    ears.close();
    line.close();
    scheduler.shutdownNow();
    connections.close();
  }

  ScheduledExecutorService scheduler() {
    return scheduler;
  }
}
