package io.sluice.log;

import io.sluice.event.EventId;
import java.util.ArrayList;
import java.util.List;

/**
 * The lives of a log. Where it isn't sure that all of a life survived, a new one forks from it: up
 * to the fork both are the same, so ids of the old one still say where somebody stands.
 *
 * <p>Immutable.
 *
 * @param lives oldest first; the last one is the present
 */
public record Epochs(List<Life> lives) {

  /**
   * One life.
   *
   * @param epoch its name
   * @param fork the sequence up to which it is its parent's, the life before it in the list; 0
   *     without one
   * @param base its own events come after this sequence. Where several nodes write, that lies far
   *     past the fork: beyond everything that any of them can have seen of the parent
   */
  public record Life(String epoch, long fork, long base) {

    public Life {
      if (fork < 0 || base < fork) {
        throw new IllegalArgumentException("a life from " + base + " can't fork at " + fork);
      }
    }

    /** A life whose events follow those of its parent. */
    public Life(String epoch, long fork) {
      this(epoch, fork, fork);
    }
  }

  public Epochs {
    lives = List.copyOf(lives);
    if (lives.isEmpty()) {
      throw new IllegalArgumentException("a log has at least one life");
    }
  }

  /** A log whose first life this is. */
  public static Epochs first(String epoch) {
    return new Epochs(List.of(new Life(epoch, 0)));
  }

  /** The present one. */
  public String current() {
    return lives.getLast().epoch();
  }

  /** The sequence after which the present one has its own events. */
  public long base() {
    return lives.getLast().base();
  }

  /**
   * How much of what somebody has seen is the same here.
   *
   * @param seen the lives that were known to whom it concerns
   * @return the sequence up to which the two are the same; 0 if they have nothing in common
   */
  public long sharedWith(Epochs seen) {
    long shared = Long.MAX_VALUE;
    for (int i = lives.size() - 1; i >= 0; i--) {
      Life life = lives.get(i);
      if (life.epoch().equals(seen.current())) {
        return shared;
      }
      shared = Math.min(shared, life.fork());
    }
    return 0;
  }

  /** Where a position lies when what there is nothing in has been passed by. */
  public long onward(long position) {
    long at = position;
    for (Life life : lives) {
      if (at >= life.fork() && at < life.base()) {
        at = life.base();
      }
    }
    return at;
  }

  /** The epoch in which an event got its id. */
  public String of(long sequence) {
    for (int i = lives.size() - 1; i > 0; i--) {
      if (sequence > lives.get(i).fork()) {
        return lives.get(i).epoch();
      }
    }
    return lives.getFirst().epoch();
  }

  /** The id of an event. */
  public EventId id(long sequence) {
    return new EventId(of(sequence), sequence);
  }

  /** What an id means here. */
  public sealed interface Place {

    /** Everything up to this sequence is the same here. */
    record Here(long position) implements Place {}

    /** It is of a life that forked before: what is the same here goes up to the fork. */
    record Forked(long fork) implements Place {}

    /** It is of no life of this log. */
    record Elsewhere() implements Place {}
  }

  /**
   * Finds the place of an id.
   *
   * @param newest the newest sequence of the present life
   */
  public Place locate(EventId id, long newest) {
    long shared = newest;
    for (int i = lives.size() - 1; i >= 0; i--) {
      Life life = lives.get(i);
      if (life.epoch().equals(id.epoch())) {
        boolean present = i == lives.size() - 1;
        if (id.sequence() <= shared) {
          return new Place.Here(id.sequence());
        }
        return present ? new Place.Elsewhere() : new Place.Forked(shared);
      }
      shared = Math.min(shared, life.fork());
    }
    return new Place.Elsewhere();
  }

  /** The same with a new life that forks off and follows. */
  public Epochs forked(String epoch, long fork) {
    List<Life> more = new ArrayList<>(lives);
    more.add(new Life(epoch, fork));
    return new Epochs(more);
  }
}
