package io.sluice.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisReadOnlyException;
import io.sluice.event.EventId;
import io.sluice.log.Append;
import io.sluice.log.Appended;
import io.sluice.log.Draft;
import io.sluice.log.Epochs;
import io.sluice.log.StoreFailedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What this node appends. Whoever publishes while batches are under way shares the next one.
 *
 * <p>A batch whose answer was lost is never sent again blindly: when the node has joined anew,
 * Redis says what it did last of its batches, and does none of those that were on their way.
 *
 * <p>Confined to the node's thread, but for {@link #append} and {@link #batches}.
 */
final class Appends implements AutoCloseable {

  private static final int MAX_EVENTS = 1000;
  private static final long MAX_BYTES = 256 << 10;
  private static final int MAX_RECENT = 8;

  /** Batches on their way at a time. Redis remembers the outcomes of as many. */
  private static final int MAX_UNDER_WAY = 2;

  /** A batch goes while another is under way only if it is worth it: each costs Redis a script. */
  private static final int MIN_BESIDE = 12;

  private static final long MAX_QUEUED_BYTES = 64 << 20;
  private static final Duration KEYS = Duration.ofMinutes(10);
  private static final long TAIL_BYTES = 64L << 20;
  private static final int TIME_LINE_BYTES = "time: \n".length() + 13;

  /** What Redis has done, and the tail hasn't brought yet. */
  private record Done(Batch.Waiting waiting, Appended outcome, long last) {}

  private final SharedLogOptions options;
  private final String node;
  private final ScheduledExecutorService thread;
  private final Membership membership;
  private final byte[] meta;
  private final byte[] prefix;

  // Any thread.
  private final ConcurrentLinkedQueue<Batch.Waiting> incoming = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean signalled = new AtomicBoolean();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong batches = new AtomicLong();
  private volatile boolean closed;

  // The node's thread's own.
  private final ArrayDeque<Batch.Waiting> queue = new ArrayDeque<>();
  private final PriorityQueue<Done> done =
      new PriorityQueue<>((a, b) -> Long.compare(a.last, b.last));
  private final ArrayDeque<Batch> recent = new ArrayDeque<>();
  private final ArrayDeque<Batch> underWay = new ArrayDeque<>();
  private @Nullable Session tried;
  private @Nullable Epochs lives;
  private long reachedUpTo;
  private long lastNumber;
  private long seen;
  private long toConfirm;
  private boolean confirming;

  Appends(
      SharedLogOptions options,
      String node,
      ScheduledExecutorService thread,
      Membership membership) {
    this.options = options;
    this.node = node;
    this.thread = thread;
    this.membership = membership;
    this.meta = Script.bytes(options.server().key("meta"));
    this.prefix = Script.bytes(options.server().key(""));
  }

  /** How many batches Redis has done. */
  long batches() {
    return batches.get();
  }

  /** Any thread. */
  CompletableFuture<Appended> append(Append append) {
    List<byte[]> encoded = new ArrayList<>(append.drafts().size());
    long bytes = 0;
    for (Draft draft : append.drafts()) {
      byte[] event = EventCodec.encode(draft);
      encoded.add(event);
      bytes += event.length;
    }
    if (closed) {
      return CompletableFuture.failedFuture(new IllegalStateException("the store is closed"));
    }
    if (queuedBytes.addAndGet(bytes) > MAX_QUEUED_BYTES && bytes < queuedBytes.get()) {
      queuedBytes.addAndGet(-bytes);
      return CompletableFuture.failedFuture(failed("more than 64 MiB wait for it", null));
    }
    CompletableFuture<Appended> outcome = new CompletableFuture<>();
    long size = bytes;
    outcome.whenComplete((value, failure) -> queuedBytes.addAndGet(-size));
    incoming.add(
        new Batch.Waiting(
            append, encoded, bytes, System.nanoTime() + options.patience().toNanos(), outcome));
    if (signalled.compareAndSet(false, true)) {
      thread.execute(this::wake);
    }
    return outcome;
  }

  private StoreFailedException failed(String why, @Nullable Throwable cause) {
    return new StoreFailedException(
        "Redis at " + options.server().shownUrl() + ": " + why, true, cause);
  }

  private void wake() {
    signalled.set(false);
    for (Batch.Waiting next = incoming.poll(); next != null; next = incoming.poll()) {
      queue.add(next);
    }
    if (closed) {
      refuseAll();
    }
    send();
  }

  private void send() {
    Session session = membership.session();
    if (session == null || queue.isEmpty() || !isRoom(session)) {
      return;
    }
    List<Batch.Waiting> taken = new ArrayList<>();
    int events = 0;
    long bytes = 0;
    while (!queue.isEmpty()) {
      Batch.Waiting next = queue.getFirst();
      if (next.done().isDone()) {
        queue.removeFirst();
        continue;
      }
      events += next.encoded().size();
      bytes += next.bytes();
      if (!taken.isEmpty() && (events > MAX_EVENTS || bytes > MAX_BYTES)) {
        break;
      }
      taken.add(queue.removeFirst());
    }
    if (taken.isEmpty()) {
      return;
    }
    Batch batch = new Batch(++lastNumber, taken, session);
    underWay.add(batch);
    recent.addFirst(batch);
    if (recent.size() > MAX_RECENT) {
      recent.removeLast();
    }
    Script.APPEND
        .run(session.connection(), meta, arguments(batch))
        .whenCompleteAsync((answer, failure) -> answered(batch, answer, failure), thread);
  }

  // The first on a connection goes alone: a server that doesn't have the script yet is given it,
  // and
  // what follows must not be done before that.
  @SuppressWarnings("ReferenceEquality") // this one is meant
  private boolean isRoom(Session session) {
    return underWay.isEmpty()
        || (tried == session && underWay.size() < MAX_UNDER_WAY && queue.size() >= MIN_BESIDE);
  }

  private byte[][] arguments(Batch batch) {
    List<byte[]> all = new ArrayList<>();
    Session session = batch.session;
    all.add(prefix);
    all.add(Script.bytes(session.epochs().current()));
    all.add(Script.bytes(session.server()));
    all.add(Script.bytes(Math.max(seen, session.epochs().base())));
    all.add(Script.bytes(node));
    all.add(Script.bytes(session.generation()));
    all.add(Script.bytes(batch.number));
    all.add(options.clock() == null ? new byte[0] : Script.bytes(options.clock().millis()));
    all.add(Script.bytes(options.timeLines() ? TIME_LINE_BYTES : 0));
    all.add(Script.bytes(options.tailEvents()));
    all.add(Script.bytes(TAIL_BYTES));
    all.add(Script.bytes(KEYS.toMillis()));
    batch.addTo(all, options.rules());
    return all.toArray(byte[][]::new);
  }

  private void answered(Batch batch, @Nullable List<Object> answer, @Nullable Throwable failure) {
    if (!underWay.contains(batch)) {
      return; // what became of it was told by joining
    }
    if (failure instanceof RedisCommandExecutionException refused) {
      refused(batch, refused);
    } else if (failure != null || answer == null) {
      membership.drop(batch.session, "no answer to an append: " + failure);
    } else if (Script.text(answer.get(0)).equals("ok")) {
      membership.refuses(null);
      tried = batch.session;
      resolve(batch, Script.text(answer.get(1)));
      send();
    } else {
      // It wasn't done. It is put back by joining, in its order with the others.
      membership.rejoin(batch.session);
    }
  }

  // The script wrote nothing: Redis refuses the first write or none.
  private void refused(Batch batch, RedisCommandExecutionException refused) {
    String why = String.valueOf(refused.getMessage());
    if (refused instanceof RedisReadOnlyException || why.contains("READONLY")) {
      membership.drop(batch.session, why);
      return;
    }
    membership.refuses(why);
    underWay.remove(batch);
    for (Batch.Waiting waiting : batch.appends) {
      waiting.done().completeExceptionally(failed(why, refused));
    }
    send();
  }

  private void resolve(Batch batch, String outcome) {
    underWay.remove(batch);
    batches.incrementAndGet();
    String[] parts = outcome.split(" ", -1);
    long next = Long.parseLong(parts[1]);
    Map<Integer, Appended> before = new HashMap<>();
    for (int i = 4; i < parts.length; i++) {
      String[] one = parts[i].split(":", -1);
      EventId first = new EventId(one[3], Long.parseLong(one[1]));
      before.put(Integer.parseInt(one[0]), new Appended(first, Integer.parseInt(one[2]), true));
    }
    for (int i = 0; i < batch.appends.size(); i++) {
      Batch.Waiting waiting = batch.appends.get(i);
      Appended came = before.get(i);
      if (came == null) {
        int count = waiting.encoded().size();
        came = Appended.now(new EventId(batch.session.epochs().current(), next), count);
        next += count;
      }
      done.add(new Done(waiting, came, came.first().sequence() + came.count() - 1));
    }
    seenUpTo(next - 1);
    toConfirm = Math.max(toConfirm, next - 1);
    confirm();
    reached(reachedUpTo);
  }

  /** The log has all up to this sequence. */
  void seenUpTo(long head) {
    seen = Math.max(seen, head);
  }

  long seen() {
    return seen;
  }

  /** The tail has brought all up to this sequence. */
  void reached(long newest) {
    reachedUpTo = newest;
    seenUpTo(newest);
    while (!done.isEmpty() && done.peek().last <= newest) {
      Done next = done.remove();
      next.waiting.done().complete(next.outcome);
    }
  }

  /** What the batch with this tag consists of, if it is this node's own and all of it is new. */
  @Nullable List<Draft> drafts(String tag) {
    for (Batch batch : recent) {
      if (tag.equals(node + " " + batch.number)) {
        return batch.drafts();
      }
    }
    return null;
  }

  /** A session has begun; Redis says what it did last for this node, the newest first. */
  void joined(Session session, String outcomes) {
    List<String> known = List.of(outcomes.split("\\|", -1));
    for (Batch batch : List.copyOf(underWay)) {
      String tag = batch.number + " ";
      known.stream()
          .filter(outcome -> outcome.startsWith(tag))
          .findFirst()
          .ifPresent(outcome -> resolve(batch, outcome));
    }
    // What Redis hasn't done of them can't be done any more.
    while (!underWay.isEmpty()) {
      for (Batch.Waiting waiting : underWay.removeLast().appends.reversed()) {
        queue.addFirst(waiting);
      }
    }
    seenUpTo(session.head());
    Epochs before = lives;
    lives = session.epochs();
    if (before != null && !before.equals(lives)) {
      lost(lives.sharedWith(before), lives.base());
    }
    send();
  }

  // Redis had it and has lost it, before its publisher was answered.
  private void lost(long shared, long base) {
    List<Done> kept = new ArrayList<>();
    for (Done each : done) {
      if (each.last > shared && each.last <= base) {
        each.waiting.done().completeExceptionally(failed("it has lost what was published", null));
      } else {
        kept.add(each);
      }
    }
    done.clear();
    done.addAll(kept);
  }

  // ---- replicas

  private void confirm() {
    Session session = membership.session();
    int replicas = options.server().replicas();
    if (replicas == 0 || confirming || session == null || toConfirm == 0) {
      return;
    }
    long upTo = toConfirm;
    toConfirm = 0;
    confirming = true;
    session
        .connection()
        .async()
        .waitForReplication(replicas, options.server().timeout().toMillis() / 2)
        .toCompletableFuture()
        .thenCompose(
            have ->
                have >= replicas
                    ? Script.CONFIRM
                        .run(
                            session.connection(),
                            meta,
                            prefix,
                            Script.bytes(session.epochs().current()),
                            Script.bytes(upTo))
                        .thenApply(answer -> true)
                    : CompletableFuture.completedFuture(false))
        .whenCompleteAsync(
            (enough, failure) -> {
              confirming = false;
              if (failure != null || !enough) {
                toConfirm = Math.max(toConfirm, upTo); // with the next tick
              } else {
                confirm();
              }
            },
            thread);
  }

  /**
   * Looks at the time.
   *
   * @param unconfirmed the newest that the tail has and replicas may not have, 0 if there is none
   */
  void tick(long unconfirmed) {
    Session session = membership.session();
    if (unconfirmed > 0 && toConfirm == 0 && !confirming && session != null) {
      // Its node may be gone. Only what is written on this connection can be waited for.
      session.connection().async().hincrby(meta, Script.bytes("touched"), 1);
      toConfirm = unconfirmed;
    }
    confirm();
    long now = System.nanoTime();
    for (Batch.Waiting waiting : queue) {
      refuseLate(waiting, now, "can't be written to");
    }
    for (Batch batch : underWay) {
      if (isOver(batch.session)) {
        for (Batch.Waiting waiting : batch.appends) {
          refuseLate(waiting, now, "it isn't known whether it has what was published");
        }
      }
    }
    boolean replicas = options.server().replicas() > 0;
    for (Done each : done) {
      if (now - each.waiting.deadlineNanos() > 0 && !each.waiting.done().isDone()) {
        if (replicas) {
          refuseLate(each.waiting, now, "too few replicas have what was published");
        } else {
          each.waiting.done().complete(each.outcome); // it is safe, only not to be seen here yet
        }
      }
    }
    send();
  }

  @SuppressWarnings("ReferenceEquality") // this one is meant
  private boolean isOver(Session session) {
    return membership.session() != session;
  }

  private void refuseLate(Batch.Waiting waiting, long now, String why) {
    if (now - waiting.deadlineNanos() > 0) {
      waiting
          .done()
          .completeExceptionally(
              failed(why + " for " + options.patience().toMillis() + " ms", null));
    }
  }

  private void refuseAll() {
    IllegalStateException closing = new IllegalStateException("the store is closed");
    queue.forEach(waiting -> waiting.done().completeExceptionally(closing));
    queue.clear();
  }

  /** Refuses what comes from now on. What is under way has the time of one command. */
  @Override
  public void close() {
    closed = true;
    thread.execute(this::wake);
  }

  /** Completes when nothing is under way any more, or after a time. */
  void awaitIdle() {
    long deadline = System.nanoTime() + options.server().timeout().toNanos();
    CompletableFuture<Void> idle = new CompletableFuture<>();
    thread.execute(new IdleLook(idle, deadline));
    idle.orTimeout(options.server().timeout().toMillis() * 2, TimeUnit.MILLISECONDS)
        .exceptionally(late -> null)
        .join();
  }

  private final class IdleLook implements Runnable {
    private final CompletableFuture<Void> idle;
    private final long deadlineNanos;

    IdleLook(CompletableFuture<Void> idle, long deadlineNanos) {
      this.idle = idle;
      this.deadlineNanos = deadlineNanos;
    }

    @Override
    public void run() {
      boolean late = System.nanoTime() - deadlineNanos > 0 || membership.session() == null;
      if ((underWay.isEmpty() && done.isEmpty()) || late) {
        StoreFailedException unknown = failed("the hub ends before it has answered", null);
        for (Batch batch : underWay) {
          batch.appends.forEach(each -> each.done().completeExceptionally(unknown));
        }
        done.forEach(each -> each.waiting.done().complete(each.outcome));
        idle.complete(null);
      } else {
        thread.schedule(this, 5, TimeUnit.MILLISECONDS);
      }
    }
  }
}
