package io.sluice.presence;

import io.sluice.event.EventId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One channel, who is in it, and what was told of that.
 *
 * <p>What is and what was told are kept apart: whatever delays or refuses an event, the difference
 * between them is what has yet to be told. Confined to the hub's own loop.
 */
final class Room {

  /** Somebody with a name. */
  static final class Seat {
    final String name;
    int streams;

    /** Whether it stays although it has no stream, because the grace time isn't over. */
    boolean held;

    /** Counts how often it was held, so that an old end of a grace time isn't taken for a new. */
    int holds;

    /** Whether those who watch know of it. */
    boolean told;

    /** Whether it is just being told that it came or went. */
    boolean telling;

    Seat(String name) {
      this.name = name;
    }

    boolean isThere() {
      return streams > 0 || held;
    }
  }

  final String channel;
  private final Map<String, Seat> seats = new HashMap<>();

  /** Those of whom something is to be told, perhaps. */
  private final ArrayDeque<Seat> dirty = new ArrayDeque<>();

  private int there;
  private int told;

  // Those without a name: streams, those held beside, and how many were told.
  private int anonymous;
  private int anonymousHeld;
  private int anonymousReturned;
  private int anonymousTold;

  /** Whether who is there is told; else only how many. */
  boolean listed = true;

  /** The number that was told last, where that alone is told or has to be. */
  int countTold;

  /** What was told in a life before is known. Null once it is. */
  @Nullable CompletableFuture<Void> loading;

  /** While something is being published: the position before. */
  @Nullable EventId publishing;

  /** Whether those who watch have to take the list anew. */
  boolean listIsStale;

  /** Whether the number was told alone, and when that was last, in nanoseconds of the loop. */
  boolean countWasTold;

  long countToldNanos;

  /** Whether a timer will look at it again. */
  boolean timed;

  Room(String channel) {
    this.channel = channel;
  }

  /** How many there are. */
  int size() {
    return there + anonymous + anonymousHeld;
  }

  /** Those with a name who were told to be there, in order. */
  List<String> toldNames() {
    List<String> names = new ArrayList<>();
    for (Seat seat : seats.values()) {
      if (seat.told) {
        names.add(seat.name);
      }
    }
    names.sort(null);
    return names;
  }

  /** How many were told to be there. */
  int toldCount() {
    return listed && !listIsStale ? told + anonymousTold : countTold;
  }

  boolean isForgettable() {
    return seats.isEmpty()
        && anonymous + anonymousHeld + toldCount() == 0
        && loading == null
        && publishing == null
        && listed
        && !listIsStale;
  }

  // ---- who is there

  @Nullable Seat seat(String name) {
    return seats.get(name);
  }

  void enter(String name) {
    Seat seat = seats.computeIfAbsent(name, Seat::new);
    if (!seat.isThere()) {
      there++;
      dirty.add(seat);
    }
    seat.held = false;
    seat.streams++;
  }

  /** One stream less. Returns the seat if it was the last: it is held until {@link #release}. */
  @Nullable Seat leave(String name) {
    Seat seat = seats.get(name);
    if (seat == null || seat.streams == 0 || --seat.streams > 0) {
      return null;
    }
    hold(seat);
    return seat;
  }

  private static void hold(Seat seat) {
    seat.held = true;
    seat.holds++;
  }

  /** A grace time is over. */
  void release(Seat seat, int hold) {
    if (!seat.held || seat.holds != hold) {
      return;
    }
    seat.held = false;
    there--;
    dirty.add(seat);
  }

  void enterAnonymous() {
    anonymous++;
    if (anonymousHeld > 0) {
      anonymousHeld--; // one who comes back, for all that is known
      anonymousReturned++;
    }
  }

  void leaveAnonymous() {
    anonymous--;
    anonymousHeld++;
  }

  /** A grace time is over. */
  void releaseAnonymous() {
    if (anonymousReturned > 0) {
      anonymousReturned--;
    } else {
      anonymousHeld--;
    }
  }

  // ---- what was told

  /** Those who are said to be there by what was told in a life before; they are held. */
  List<Seat> remember(List<String> names) {
    List<Seat> remembered = new ArrayList<>();
    for (String name : names) {
      Seat seat = seats.computeIfAbsent(name, Seat::new);
      seat.told = true;
      told++;
      if (!seat.isThere()) {
        there++;
        hold(seat);
        remembered.add(seat);
      }
    }
    return remembered;
  }

  /** The next of whom something is to be told, or null. */
  @Nullable Seat nextUntold() {
    for (Seat seat = dirty.poll(); seat != null; seat = dirty.poll()) {
      if (!seat.telling && seat.isThere() != seat.told) {
        return seat;
      }
      forgetIfGone(seat);
    }
    return null;
  }

  /** It wasn't told after all. */
  void tellLater(Seat seat) {
    seat.telling = false;
    dirty.addFirst(seat);
  }

  /** It was told that somebody came or went. */
  void told(Seat seat, boolean isThere) {
    seat.telling = false;
    seat.told = isThere;
    told += isThere ? 1 : -1;
    if (seat.isThere() != isThere) {
      dirty.add(seat);
    }
    forgetIfGone(seat);
  }

  private void forgetIfGone(Seat seat) {
    if (!seat.told && !seat.telling && !seat.isThere()) {
      seats.remove(seat.name, seat);
    }
  }

  /** How many of those without a name are there and weren't told, or the other way round. */
  int anonymousUntold() {
    return anonymous + anonymousHeld - anonymousTold;
  }

  void anonymousTold(int more) {
    anonymousTold += more;
  }

  /** From now on only the number is told. */
  void unlist() {
    countTold = toldCount();
    listed = false;
    seats.values().removeIf(seat -> !seat.isThere());
    seats.values().forEach(seat -> seat.told = false);
    told = 0;
    anonymousTold = 0;
    dirty.clear();
  }

  /** From now on it is told who is there, as {@link Present} lists them at this moment. */
  void list() {
    listed = true;
    dirty.clear();
    told = 0;
    seats.values().removeIf(seat -> !seat.isThere());
    for (Seat seat : seats.values()) {
      seat.told = true;
      told++;
    }
    anonymousTold = anonymous + anonymousHeld;
  }
}
