package io.sluice.presence;

import io.sluice.event.ChannelPattern;
import io.sluice.event.EventId;
import io.sluice.event.PresenceChannel;
import io.sluice.event.Publication;
import io.sluice.hub.Hub;
import io.sluice.hub.Loop;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The attendance of one hub. What it tells are ordinary events of the log, so they are retained and
 * resumed like all others; that is also how it knows, after a restart, who was said to be there.
 *
 * <p>Thread-safe; its rooms are confined to the hub's own loop.
 */
final class LocalAttendance implements Attendance {

  /** How many events one publish has at most. */
  private static final int MAX_EVENTS = 1000;

  /** How many events of a channel are read to find out who was there. */
  private static final int MAX_REMEMBERED = 10_000;

  /** More members than this within their grace time, and that of the first is over. */
  private static final int MAX_HELD = 100_000;

  /** How many patterns are looked up in a life, and how many channels of each. */
  private static final int MAX_PATTERNS = 1000;

  private static final int MAX_CHANNELS = 10_000;

  private static final long RETRY_MILLIS = 1000;

  private final Hub hub;
  private final Loop loop;
  private final PresenceOptions options;
  private final Telling telling;

  /** Whether the log held something when this began: then rooms have a past to look up. */
  private final boolean hasPast;

  private final AtomicLong told = new AtomicLong();
  private volatile int roomCount;

  // The loop's own from here on.
  private final Map<String, Room> rooms = new HashMap<>();
  private final PriorityQueue<Hold> holds =
      new PriorityQueue<>(Comparator.comparingLong(Hold::until).thenComparingLong(Hold::number));
  private final Set<String> lookedUp = new HashSet<>();
  private long holdNumbers;
  private boolean timed;

  /** A grace time of somebody. */
  private record Hold(long until, long number, Room room, Room.@Nullable Seat seat, int hold) {}

  LocalAttendance(Hub hub, PresenceOptions options, Loop loop, Telling telling) {
    this.hub = hub;
    this.loop = loop;
    this.options = options;
    this.telling = telling;
    this.hasPast = hub.newest().sequence() > 0;
  }

  @Override
  public long told() {
    return told.get();
  }

  @Override
  public int rooms() {
    return roomCount;
  }

  @Override
  public void enter(String channel, Member member) {
    loop.execute(
        () -> {
          Room room = room(channel);
          String name = member.name();
          if (name == null) {
            room.enterAnonymous();
          } else {
            room.enter(name);
          }
          tell(room);
        });
  }

  @Override
  public void leave(String channel, Member member) {
    loop.execute(
        () -> {
          Room room = room(channel);
          String name = member.name();
          if (name == null) {
            room.leaveAnonymous();
            hold(room, null, options.grace());
          } else {
            Room.Seat seat = room.leave(name);
            if (seat != null) {
              hold(room, seat, options.grace());
            }
          }
        });
  }

  // What was told in a life before may have to be taken back, before somebody believes it.
  @Override
  public void watch(String channel) {
    if (!hasPast) {
      return;
    }
    if (channel.indexOf('*') < 0) {
      lookUp(channel);
    } else {
      loop.execute(() -> lookUpAll(channel));
    }
  }

  private void lookUp(String channel) {
    String watched = PresenceChannel.watchedBy(channel);
    if (watched != null && options.concern(watched)) {
      loop.execute(() -> tell(room(watched)));
    }
  }

  // Once in a life: what is told in this one isn't wrong.
  private void lookUpAll(String pattern) {
    if (lookedUp.size() < MAX_PATTERNS && lookedUp.add(pattern)) {
      hub.channels(ChannelPattern.parse(pattern), MAX_CHANNELS)
          .thenAccept(found -> found.forEach(each -> lookUp(each.channel())));
    }
  }

  @Override
  public CompletableFuture<Present> present(String channel) {
    CompletableFuture<Present> answer = new CompletableFuture<>();
    loop.execute(
        () -> {
          Room room = room(channel);
          CompletableFuture<Void> loading = room.loading;
          if (loading == null) {
            answer.complete(present(room));
          } else {
            loading.thenRun(() -> answer.complete(present(room)));
          }
          tell(room);
        });
    return answer;
  }

  // While something is on its way into the log, what was told before is right, and where it was.
  private Present present(Room room) {
    EventId before = room.publishing;
    return new Present(
        room.toldCount(),
        room.listed ? room.toldNames() : null,
        before == null ? hub.newest() : before);
  }

  private Room room(String channel) {
    Room room = rooms.get(channel);
    if (room == null) {
      room = new Room(channel);
      rooms.put(channel, room);
      roomCount = rooms.size();
      telling.began(channel);
      if (hasPast) {
        room.loading = new CompletableFuture<>();
        load(room);
      }
    }
    return room;
  }

  // ---- grace times

  private void hold(Room room, Room.@Nullable Seat seat, Duration time) {
    long until = loop.nanoTime() + time.toNanos();
    holds.add(new Hold(until, holdNumbers++, room, seat, seat == null ? 0 : seat.holds));
    if (holds.size() > MAX_HELD) {
      release(holds.remove());
    }
    awaitNext();
  }

  private void awaitNext() {
    Hold next = holds.peek();
    if (next != null && !timed) {
      timed = true;
      long wait = Math.max(0, next.until - loop.nanoTime());
      // Rounded up: a timer that comes too early would be set again and again.
      loop.schedule(this::releaseDue, wait / 1_000_000 + 1, TimeUnit.MILLISECONDS);
    }
  }

  private void releaseDue() {
    timed = false;
    for (Hold next = holds.peek();
        next != null && next.until - loop.nanoTime() <= 0;
        next = holds.peek()) {
      release(holds.remove());
    }
    awaitNext();
  }

  private void release(Hold hold) {
    if (hold.seat == null) {
      hold.room.releaseAnonymous();
    } else {
      hold.room.release(hold.seat, hold.hold);
    }
    tell(hold.room);
  }

  // ---- what was told in a life before

  private void load(Room room) {
    Subscription wanted = Subscription.to(PresenceChannel.of(room.channel));
    // Most rooms that were there are empty now, and their last event says so.
    hub.history(wanted, new Origin.Last(1), 1)
        .thenApply(history -> Account.of(history.events()))
        .thenCompose(
            last ->
                last.isEmpty()
                    ? CompletableFuture.completedFuture(last)
                    : hub.history(wanted, new Origin.Last(MAX_REMEMBERED), MAX_REMEMBERED)
                        .thenApply(history -> Account.of(history.events())))
        // Never at once: whoever asked for the room is still to put something into it.
        .whenComplete((account, failure) -> loop.execute(() -> loaded(room, account)));
  }

  private void loaded(Room room, @Nullable Account account) {
    if (account == null) {
      loop.schedule(() -> load(room), RETRY_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    CompletableFuture<Void> loading = room.loading;
    room.loading = null;
    List<String> names = account.members();
    if (names == null || names.size() > options.list()) {
      room.listIsStale = true;
      room.countTold = account.count();
    } else {
      Duration time = options.grace().plus(options.afterStart());
      room.remember(names).forEach(seat -> hold(room, seat, time));
    }
    if (loading != null) {
      loading.complete(null);
    }
    tell(room);
  }

  // ---- telling

  /** Tells what has yet to be told of a room, and forgets a room of which there is nothing. */
  private void tell(Room room) {
    if (room.loading != null
        || room.publishing != null
        || hub.isDraining()
        || !telling.isAllowed()) {
      return;
    }
    if (room.listed && room.size() > options.list()) {
      room.unlist();
    }
    if (room.listed && !room.listIsStale) {
      tellNames(room);
    } else {
      tellCount(room);
    }
    if (room.isForgettable()) {
      rooms.remove(room.channel, room);
      roomCount = rooms.size();
      telling.ended(room.channel);
    }
  }

  private record Step(Room.Seat seat, boolean isThere) {}

  private void tellNames(Room room) {
    List<Publication> events = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    int count = room.toldCount();
    while (events.size() < MAX_EVENTS) {
      Room.Seat seat = room.nextUntold();
      if (seat == null) {
        break;
      }
      boolean isThere = seat.isThere();
      seat.telling = true;
      count += isThere ? 1 : -1;
      steps.add(new Step(seat, isThere));
      events.add(Account.event(room.channel, isThere, seat.name, count));
    }
    int anonymous = room.anonymousUntold();
    if (anonymous != 0) {
      events.add(Account.event(room.channel, anonymous > 0, null, count + anonymous));
    }
    if (!events.isEmpty()) {
      publish(
          room,
          events,
          () -> {
            steps.forEach(step -> room.told(step.seat, step.isThere));
            room.anonymousTold(anonymous);
          },
          () -> steps.reversed().forEach(step -> room.tellLater(step.seat)));
    }
  }

  private void tellCount(Room room) {
    int size = room.size();
    // Listed again with some room to spare, or one who comes and goes would change it each time.
    boolean list = room.listed || size <= options.list() - options.list() / 10;
    if (size == room.countTold && !list) {
      return;
    }
    long wait = room.countToldNanos + options.interval().toNanos() - loop.nanoTime();
    if (room.countWasTold && wait > 0) {
      if (!room.timed) {
        room.timed = true;
        loop.schedule(
            () -> {
              room.timed = false;
              tell(room);
            },
            wait / 1_000_000 + 1,
            TimeUnit.MILLISECONDS);
      }
      return;
    }
    int before = room.countTold;
    room.countWasTold = true;
    room.countToldNanos = loop.nanoTime();
    room.countTold = size;
    room.listIsStale = false;
    if (list) {
      room.list();
    }
    publish(
        room,
        List.of(Account.countEvent(room.channel, size > before, size)),
        () -> {},
        () -> {
          room.listIsStale = true;
          room.countTold = before;
        });
  }

  private void publish(Room room, List<Publication> events, Runnable done, Runnable failed) {
    room.publishing = hub.newest();
    hub.publish(events, null)
        .whenComplete(
            (receipt, failure) ->
                onLoop(
                    () -> {
                      room.publishing = null;
                      if (failure == null) {
                        told.addAndGet(events.size());
                        done.run();
                        tell(room);
                      } else {
                        failed.run();
                        telling.failed();
                        loop.schedule(() -> tell(room), RETRY_MILLIS, TimeUnit.MILLISECONDS);
                      }
                    }));
  }

  private void onLoop(Runnable task) {
    if (loop.inLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }
}
