package io.sluice.client;

import io.sluice.event.ChannelPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a hub for many subscriptions, which come and go without another connection
 * being made. All of them resume together; a gap may concern any of them, so all are told.
 *
 * <p>All listeners are called by one thread, one after the other: one that takes its time holds the
 * others up. A listener that throws ends its own subscription.
 *
 * <p>Thread-safe. Fields are guarded by the lock, except where they say otherwise.
 */
public final class SharedStream implements AutoCloseable {

  /*
   * What is wanted is the union of all subscriptions, what is held is what the hub has said or
   * confirmed of the connection. One change is under way at a time; when it is answered, the next
   * difference is sent. A connection that is gone needs no change: the next one asks for what is
   * wanted then, and says in `connected` what it holds.
   */

  private final ConnectionChange changes;
  private final Function<Collection<String>, EventStream> streams;
  private final Backoff backoff;
  private final Random random = new Random(); // thread-safe
  private final List<SharedSubscription> subscriptions = new CopyOnWriteArrayList<>(); // any thread

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> held = new LinkedHashSet<>();
  private @Nullable Listening listening;
  private @Nullable String connection;
  private boolean changing;
  private boolean closed;
  private int failures;

  /** The next difference between what is wanted and what is held. */
  private record Difference(
      String connection,
      String part,
      List<String> channels,
      Optional<SharedSubscription> subscription) {}

  SharedStream(
      ConnectionChange changes,
      Function<Collection<String>, EventStream> streams,
      Backoff backoff) {
    this.changes = changes;
    this.streams = streams;
    this.backoff = backoff;
  }

  /**
   * Adds a subscription. It begins with what is published after {@link SharedSubscription#active}.
   *
   * @param channels channels and patterns, at least one
   * @param listener is called by the stream's thread
   * @throws IllegalArgumentException if there is no channel
   * @throws io.sluice.event.InvalidEventException if one of them can't be a channel or pattern
   * @throws IllegalStateException if the stream is closed
   */
  public SharedSubscription subscribe(Collection<String> channels, StreamListener listener) {
    if (channels.isEmpty()) {
      throw new IllegalArgumentException("a subscription needs a channel; ** is all of them");
    }
    SharedSubscription added =
        new SharedSubscription(
            this, channels.stream().map(ChannelPattern::parse).toList(), listener);
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the stream is closed");
      }
      subscriptions.add(added);
      if (listening == null) {
        listening = listen();
      }
    } finally {
      lock.unlock();
    }
    reconcile();
    return added;
  }

  /**
   * Adds a subscription to one channel or pattern; see {@link #subscribe(Collection,
   * StreamListener)}.
   */
  public SharedSubscription subscribe(String channel, StreamListener listener) {
    return subscribe(List.of(channel), listener);
  }

  /** Ends all subscriptions, and the connection. */
  @Override
  public void close() {
    Listening ending;
    lock.lock();
    try {
      closed = true;
      ending = forget();
    } finally {
      lock.unlock();
    }
    if (ending != null) {
      ending.close();
    }
    endAll(new StreamEnd.Closed());
  }

  void remove(SharedSubscription subscription, StreamEnd why) {
    Listening ending = null;
    lock.lock();
    try {
      subscriptions.remove(subscription);
      // Without a channel a stream would be one of everything.
      if (subscriptions.isEmpty()) {
        ending = forget();
      }
    } finally {
      lock.unlock();
    }
    subscription.end(why);
    if (ending != null) {
      ending.hangUp();
    } else {
      reconcile();
    }
  }

  private @Nullable Listening forget() {
    Listening current = listening;
    listening = null;
    connection = null;
    held.clear();
    return current;
  }

  private Listening listen() {
    Receiver receiver = new Receiver();
    Listening begun =
        streams
            .apply(List.of())
            .changing(() -> wanted().stream().map(SharedStream::parameter).toList())
            .observer(receiver)
            .listen(receiver);
    receiver.own.complete(begun);
    return begun;
  }

  private static StreamPlan.Pair parameter(String channel) {
    return new StreamPlan.Pair("channel", channel);
  }

  private Set<String> wanted() {
    Set<String> wanted = new LinkedHashSet<>();
    subscriptions.forEach(subscription -> wanted.addAll(subscription.channels()));
    return wanted;
  }

  private void reconcile() {
    Difference difference;
    lock.lock();
    try {
      difference = changing ? null : difference();
      changing |= difference != null;
    } finally {
      lock.unlock();
    }
    if (difference != null) {
      Difference sent = difference;
      changes
          .send(sent.connection, sent.part, sent.channels)
          .thenAccept(outcome -> changed(sent, outcome));
    }
  }

  private @Nullable Difference difference() {
    String current = connection;
    if (current == null) {
      return null;
    }
    for (SharedSubscription subscription : subscriptions) {
      List<String> missing = new ArrayList<>(subscription.channels());
      missing.removeAll(held);
      if (missing.isEmpty()) {
        subscription.activate();
      } else {
        return new Difference(current, "add", missing, Optional.of(subscription));
      }
    }
    Set<String> surplus = new LinkedHashSet<>(held);
    surplus.removeAll(wanted());
    return surplus.isEmpty()
        ? null
        : new Difference(current, "remove", List.copyOf(surplus), Optional.empty());
  }

  private void changed(Difference difference, ConnectionChange.Outcome outcome) {
    long waitMillis = 0;
    lock.lock();
    try {
      changing = false;
      boolean same = difference.connection.equals(connection);
      switch (outcome) {
        case ConnectionChange.Outcome.Changed done -> {
          failures = 0;
          if (same && difference.part.equals("add")) {
            held.addAll(difference.channels);
          } else if (same) {
            difference.channels.forEach(held::remove);
          }
        }
        case ConnectionChange.Outcome.Gone gone -> connection = same ? null : connection;
        case ConnectionChange.Outcome.Later later -> {
          waitMillis = later.atLeast().plus(backoff.wait(failures, random)).toMillis() + 1;
          failures++;
        }
        case ConnectionChange.Outcome.Refused refused -> {
          // What can't be removed stays: nobody is given it.
          if (difference.subscription.isEmpty()) {
            difference.channels.forEach(held::remove);
          }
        }
      }
    } finally {
      lock.unlock();
    }
    if (outcome instanceof ConnectionChange.Outcome.Refused refused
        && difference.subscription.isPresent()) {
      remove(difference.subscription.get(), new StreamEnd.Refused(refused.problem()));
    } else if (waitMillis == 0) {
      reconcile();
    } else {
      CompletableFuture.delayedExecutor(waitMillis, TimeUnit.MILLISECONDS).execute(this::reconcile);
    }
  }

  private void endAll(StreamEnd why) {
    List<SharedSubscription> all = List.copyOf(subscriptions);
    subscriptions.removeAll(all);
    all.forEach(subscription -> subscription.end(why));
  }

  /** What the stream's thread calls. A stream that was given up is not heard any more. */
  private final class Receiver implements StreamListener, StreamObserver {

    private final CompletableFuture<Listening> own = new CompletableFuture<>();

    private boolean isCurrent() {
      Listening mine = own.join();
      lock.lock();
      try {
        return mine.equals(listening);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void connected(Connected now) {
      if (isCurrent()) {
        lock.lock();
        try {
          connection = now.connection();
          held.clear();
          held.addAll(now.channels());
        } finally {
          lock.unlock();
        }
        reconcile();
      }
    }

    @Override
    public void onEvent(ReceivedEvent event) {
      give(event);
    }

    @Override
    public void onGap(Gap gap) {
      give(gap);
    }

    private void give(Delivery delivery) {
      for (SharedSubscription subscription : subscriptions) {
        try {
          subscription.give(delivery);
        } catch (RuntimeException e) {
          remove(subscription, new StreamEnd.Failed(e));
        }
      }
    }

    @Override
    public void onEnd(StreamEnd end) {
      if (isCurrent()) {
        lock.lock();
        try {
          forget();
        } finally {
          lock.unlock();
        }
        endAll(end);
      }
    }
  }
}
