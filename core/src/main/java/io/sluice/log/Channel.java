package io.sluice.log;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A channel, and a node of the {@link ChannelTree}: the index of its events that are still there,
 * and what it has lost.
 *
 * <p>The index holds sequence numbers, oldest first: first those that retention has given up but
 * whose bytes are still there, for live readers that are a little behind; then those retained.
 *
 * <p>Guarded by the log's lock, but for the name. There may be a million of these, so fields are
 * few.
 */
final class Channel {

  /**
   * What a channel costs without its name and index: itself and its place in its parent's table.
   */
  static final int OBJECT_BYTES = 128;

  private static final long[] NONE = {};

  final String name;
  final int hash;
  final @Nullable Channel parent;

  /** Its children, or null while it has none. */
  @Nullable Branch branch;

  /** Its retention, or null while nothing was published to it. */
  @Nullable Retention retention;

  // Its place among the channels of about its weight: see Weights.
  @Nullable Channel ahead;
  @Nullable Channel behind;
  byte weightClass = -1;

  // Not taken from the retention: frames in the log still point here after the channel was
  // forgotten, and must neither be replayed nor carried over then.
  private boolean isTransient;

  /** The newest sequence that retention has given up: no resume reaches it any more. */
  long floor;

  /** The newest sequence whose bytes are gone. */
  long lost;

  /** The cleaning that last took bytes of it: tells new losses from those already told. */
  long lostStamp;

  /**
   * From here to {@link #lost} every sequence was this channel's: what is missed can be counted.
   */
  private long denseFrom;

  /**
   * If it was forgotten, the sequence that came next then, else 0: of its frames before that, which
   * may still be there, no replay that begins later wants any, also when it has come to life again.
   */
  long forgottenAt;

  /** Bytes of the frames retained. */
  long retainedBytes;

  private long[] ring = NONE;
  private int head;
  private int size;
  private int retained;

  Channel(String name, int hash, @Nullable Channel parent) {
    this.name = name;
    this.hash = hash;
    this.parent = parent;
  }

  boolean isTransient() {
    return isTransient;
  }

  /** Begins its life as a channel, with what may have been lost before. */
  void open(Retention retention, long floorBefore, long lostBefore, long stampBefore) {
    this.retention = retention;
    isTransient = retention.isTransient();
    if (!isTransient) {
      floor = Math.max(floor, floorBefore);
      lost = Math.max(lost, lostBefore);
      lostStamp = Math.max(lostStamp, stampBefore);
      denseFrom = lost + 1;
    }
  }

  /** Whether retention still holds the event. */
  boolean retains(long sequence) {
    return sequence > floor && !isTransient();
  }

  void add(long sequence) {
    if (size == ring.length) {
      long[] larger = new long[Math.max(1, size * 2)];
      for (int i = 0; i < size; i++) {
        larger[i] = at(i);
      }
      ring = larger;
      head = 0;
    }
    ring[(head + size) & (ring.length - 1)] = sequence;
    size++;
    retained++;
  }

  /** Gives up the oldest event retained; its entry stays as long as its bytes do. */
  long giveUpOldest() {
    long sequence = at(size - retained);
    retained--;
    if (!isTransient()) {
      floor = sequence;
    }
    return sequence;
  }

  /**
   * Removes the entries up to the sequence: their bytes are gone, or can't be told from gone.
   *
   * @param goneFrom of entries before this sequence the bytes are still there, and may be read
   */
  void dropThrough(long sequence, long goneFrom, long stamp) {
    while (size > retained && at(0) <= sequence) {
      long dropped = at(0);
      head = (head + 1) & (ring.length - 1);
      size--;
      if (!isTransient()) {
        if (dropped < goneFrom) {
          denseFrom = dropped + 1; // it may be read yet: then it wasn't missed
        } else if (dropped != lost + 1) {
          denseFrom = dropped;
        }
        lost = dropped;
        lostStamp = stamp;
      }
    }
    tighten();
  }

  /**
   * Removes its oldest event, which leaves memory and not the log.
   *
   * @return whether it was retained
   */
  boolean leave(long sequence) {
    if (size == 0 || at(0) != sequence) {
      throw new IllegalStateException(sequence + " isn't the oldest event of " + name);
    }
    boolean wasRetained = size == retained;
    head = (head + 1) & (ring.length - 1);
    size--;
    retained -= wasRetained ? 1 : 0;
    tighten();
    return wasRetained;
  }

  private void tighten() {
    if (ring.length > 16 && size < ring.length / 4) {
      long[] smaller = new long[ring.length / 2];
      for (int i = 0; i < size; i++) {
        smaller[i] = at(i);
      }
      ring = smaller;
      head = 0;
    }
  }

  /** How many of its events are still there, retained or not. */
  int size() {
    return size;
  }

  /** How many of its events are retained. */
  int retained() {
    return retained;
  }

  /** The sequence of its n-th event that is still there, oldest first. */
  long at(int n) {
    return ring[(head + n) & (ring.length - 1)];
  }

  long oldestRetained() {
    return at(size - retained);
  }

  long newest() {
    return at(size - 1);
  }

  /** The index, for {@link #at}, of its first event after the sequence. */
  int indexAfter(long sequence) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (at(middle) <= sequence) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many of its events after {@code after}, up to its floor, no resume reaches; or unknown. */
  long missedByResume(long after) {
    long gone = missedByLive(after);
    int from = indexAfter(after);
    return gone == Loss.UNKNOWN ? gone : gone + Math.max(0, size - retained - from);
  }

  /** How many of its events after {@code after} have lost their bytes; or unknown. */
  long missedByLive(long after) {
    if (lost <= after) {
      return 0;
    }
    return after >= denseFrom - 1 ? lost - after : Loss.UNKNOWN;
  }

  /** What it costs, near enough: its events retained, its index, itself. */
  long weight() {
    return retainedBytes
        + (long) retained * Segment.COLUMN_BYTES
        + indexBytes()
        + OBJECT_BYTES
        + name.length();
  }

  /** The heap that its index holds. */
  long indexBytes() {
    return ring.length * 8L;
  }

  /** Gives back the memory of an index that has no entries. */
  void releaseIndex() {
    ring = NONE;
    head = 0;
  }

  /** The children of a channel, in an open-addressed table. */
  static final class Branch {
    private @Nullable Channel[] table = new Channel[2];
    private int size;

    /** The highest of any channel below: lets a search pass by whole branches. */
    long floor;

    long lost;
    long lostStamp;

    int size() {
      return size;
    }

    @Nullable Channel[] table() {
      return table;
    }

    @Nullable Channel find(String path, int start, int end, int hash) {
      int mask = table.length - 1;
      for (int i = hash & mask; ; i = (i + 1) & mask) {
        Channel child = table[i];
        if (child == null) {
          return null;
        }
        if (child.hash == hash
            && child.name.length() == end
            && child.name.regionMatches(start, path, start, end - start)) {
          return child;
        }
      }
    }

    void insert(Channel child) {
      if ((size + 1) * 4 > table.length * 3) {
        @Nullable Channel[] old = table;
        table = new Channel[old.length * 2];
        for (Channel each : old) {
          if (each != null) {
            place(each);
          }
        }
      }
      place(child);
      size++;
    }

    private void place(Channel child) {
      int mask = table.length - 1;
      int i = child.hash & mask;
      while (table[i] != null) {
        i = (i + 1) & mask;
      }
      table[i] = child;
    }

    /** Removes a child, and moves back those that stood behind it because it was in their way. */
    void remove(Channel child) {
      int mask = table.length - 1;
      int hole = child.hash & mask;
      while (table[hole] != child) {
        hole = (hole + 1) & mask;
      }
      for (int i = (hole + 1) & mask; ; i = (i + 1) & mask) {
        Channel next = table[i];
        if (next == null) {
          break;
        }
        int home = next.hash & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
          table[hole] = next;
          hole = i;
        }
      }
      table[hole] = null;
      size--;
      if (size > 8 && size * 8 < table.length) {
        Channel[] kept = Arrays.stream(table).filter(c -> c != null).toArray(Channel[]::new);
        table = new Channel[table.length / 2];
        for (Channel each : kept) {
          place(each);
        }
      }
    }
  }
}
