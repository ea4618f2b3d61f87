package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.log.ChannelFigures;
import io.sluice.log.Entries;
import io.sluice.log.LogFigures;
import io.sluice.log.MemoryLog;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.FrameEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A hub as simple as can be: a list of all events ever, and how far back each channel may be
 * resumed. What a channel's own retention gives up it works out itself; what the hub gave up for
 * want of memory it reads from the hub, after a look at whether memory was wanting.
 */
final class ModelHub {

  /** An event that was published. */
  record Published(
      long sequence,
      String channel,
      @Nullable String type,
      String data,
      long timeMillis,
      boolean isTransient) {

    @Override
    public String toString() {
      return sequence + " in " + channel + " of " + type + (isTransient ? ", transient" : "");
    }
  }

  private static final class Line {
    final Retention retention;
    final ArrayList<Published> events = new ArrayList<>();
    final ArrayList<Integer> frameBytes = new ArrayList<>();
    int given;
    long bytes;
    long floor;

    Line(Retention retention) {
      this.retention = retention;
    }

    void giveUpOldest() {
      floor = events.get(given).sequence;
      bytes -= frameBytes.get(given);
      given++;
    }

    long last() {
      return events.getLast().sequence;
    }
  }

  private final String epoch;
  private final RetentionRules rules;
  private final long memoryBytes;
  private final boolean timeLines;
  private final boolean roomy;
  private final boolean stored;
  private final ArrayList<Published> events = new ArrayList<>();
  private final Map<String, Line> lines = new HashMap<>();
  private long forgotten;

  /**
   * @param roomy whether the memory is more than the schedule can ever need
   * @param stored whether a store is behind it, so that nothing goes for want of memory
   */
  ModelHub(String epoch, HubOptions options, boolean roomy, boolean stored) {
    this.epoch = epoch;
    this.rules = options.retention();
    this.memoryBytes = options.memoryBytes();
    this.timeLines = options.timeLines();
    this.roomy = roomy || stored;
    this.stored = stored;
  }

  String epoch() {
    return epoch;
  }

  boolean isRoomy() {
    return roomy;
  }

  long head() {
    return events.size();
  }

  Published event(long sequence) {
    return events.get((int) sequence - 1);
  }

  void published(Publication publication, long timeMillis) {
    Line line = lines.computeIfAbsent(publication.channel(), name -> new Line(rules.of(name)));
    long sequence = head() + 1;
    Published event =
        new Published(
            sequence,
            publication.channel(),
            publication.type(),
            new String(publication.data(), java.nio.charset.StandardCharsets.UTF_8),
            timeMillis,
            line.retention.isTransient());
    events.add(event);
    line.events.add(event);
    int bytes =
        FrameEncoder.body(publication).length
            + ("id: " + epoch + '-' + sequence + '\n').length()
            + (timeLines ? ("time: " + timeMillis + '\n').length() : 0);
    line.frameBytes.add(bytes);
    line.bytes += bytes;
    int retained = line.events.size() - line.given;
    while (retained > line.retention.events()
        || (line.bytes > line.retention.bytes() && retained > 1)) {
      line.giveUpOldest();
      retained--;
    }
  }

  void expired(long nowMillis) {
    for (Line line : lines.values()) {
      Duration age = line.retention.age();
      while (age != null
          && line.given < line.events.size()
          && line.events.get(line.given).timeMillis <= nowMillis - age.toMillis()) {
        line.giveUpOldest();
      }
    }
  }

  /** Compares with the hub what is retained, and takes over what it gave up for want of memory. */
  void compare(Hub hub) {
    LogFigures figures = hub.figures().log();
    Map<String, ChannelFigures> known = new HashMap<>();
    for (ChannelFigures each :
        hub.channels(io.sluice.event.ChannelPattern.ALL, Integer.MAX_VALUE).join()) {
      known.put(each.channel(), each);
    }
    boolean shrunk = false;
    for (Map.Entry<String, Line> entry : lines.entrySet()) {
      Line line = entry.getValue();
      ChannelFigures theirs = known.get(entry.getKey());
      if (theirs == null && stored) {
        // A store names those that hold something.
        check(
            line.given == line.events.size() || line.retention.isTransient(),
            entry.getKey() + " was forgotten");
      } else if (theirs == null) {
        check(!roomy, entry.getKey() + " was forgotten with memory to spare");
        while (line.given < line.events.size()) {
          shrunk |= !line.retention.isTransient();
          line.giveUpOldest();
        }
        forgotten = Math.max(forgotten, line.last());
      } else if (!line.retention.isTransient()) {
        shrunk |= takeOver(line, theirs);
      }
    }
    if (shrunk) {
      long spent = figures.retainedBytes() + figures.retainedEvents() * 20 + (200 << 10);
      check(spent > memoryBytes * 0.8, "events were given up for want of memory, but " + figures);
    }
  }

  private boolean takeOver(Line line, ChannelFigures theirs) {
    boolean shrunk = false;
    long floor = theirs.evictedThrough();
    while (line.given < line.events.size() && line.events.get(line.given).sequence <= floor) {
      check(!roomy, theirs + " gave up " + line.events.get(line.given).sequence);
      line.giveUpOldest();
      shrunk = true;
    }
    if (floor > line.floor) {
      forgotten = Math.max(forgotten, floor); // taken over from channels forgotten
    }
    check(
        floor >= line.floor && theirs.retained() == line.events.size() - line.given,
        theirs + " but the model's floor is " + line.floor + " of " + line.events.size());
    return shrunk;
  }

  /** Losses up to here may be told to anyone: who they were of isn't remembered. */
  long forgotten() {
    return forgotten;
  }

  boolean isRetained(Published event) {
    Line line = lines.get(event.channel);
    return !event.isTransient && event.sequence > line.floor;
  }

  /** The newest sequence that no resume reaches, for each channel that isn't transient. */
  Map<String, Long> floors() {
    Map<String, Long> floors = new HashMap<>();
    lines.forEach(
        (name, line) -> {
          if (!line.retention.isTransient()) {
            floors.put(name, line.floor);
          }
        });
    return floors;
  }

  /** The events retained of all channels, in order. */
  NavigableSet<Long> retained() {
    NavigableSet<Long> retained = new TreeSet<>();
    for (Line line : lines.values()) {
      if (!line.retention.isTransient()) {
        for (int i = line.given; i < line.events.size(); i++) {
          retained.add(line.events.get(i).sequence);
        }
      }
    }
    return retained;
  }

  /** Whether a position is one of this log, and not past its head. */
  boolean knows(EventId id) {
    return id.epoch().equals(epoch) && id.sequence() <= head();
  }

  /** What of the events retained a stream is to get that begins now. */
  NavigableSet<Long> reached(Origin from, Subscription wanted, long sinceMillis) {
    NavigableSet<Long> retained = retained();
    return switch (from) {
      case Origin.Live live -> new TreeSet<>();
      case Origin.Unknown unknown -> retained;
      case Origin.Earliest earliest -> retained;
      case Origin.After after ->
          knows(after.id()) ? retained.tailSet(after.id().sequence(), false) : retained;
      case Origin.Last last -> lastOf(retained, last.count(), wanted);
      case Origin.Since since -> {
        retained.removeIf(sequence -> event(sequence).timeMillis() < sinceMillis);
        yield retained;
      }
    };
  }

  /** Of these events, the last few of each channel that a subscription gets. */
  private NavigableSet<Long> lastOf(NavigableSet<Long> sequences, int count, Subscription wanted) {
    Map<String, Integer> counts = new HashMap<>();
    NavigableSet<Long> last = new TreeSet<>();
    for (long sequence : sequences.descendingSet()) {
      Published event = event(sequence);
      if (wanted.accepts(event.type) && counts.merge(event.channel, 1, Integer::sum) <= count) {
        last.add(sequence);
      }
    }
    return last;
  }

  /** For each channel that isn't transient, the newest sequence whose bytes are gone. */
  Map<String, Long> lost(MemoryLog log) {
    BitSet there = new BitSet();
    Entries entries = new Entries();
    long position = 0;
    while (position < head()) {
      position = log.read(position, 4096, 1 << 20, entries);
      for (int i = 0; i < entries.count(); i++) {
        there.set((int) entries.sequence(i));
      }
    }
    Map<String, Long> lost = new HashMap<>();
    lines.forEach(
        (name, line) -> {
          if (!line.retention.isTransient()) {
            for (Published event : line.events.reversed()) {
              if (!there.get((int) event.sequence)) {
                lost.put(name, event.sequence);
                break;
              }
            }
          }
        });
    return lost;
  }

  /** The events that a subscription gets, in order. */
  List<Published> matching(Subscription wanted, long after, long upTo) {
    List<Published> found = new ArrayList<>();
    for (long sequence = after + 1; sequence <= upTo; sequence++) {
      Published event = event(sequence);
      if (wanted.matches(event.channel) && wanted.accepts(event.type)) {
        found.add(event);
      }
    }
    return found;
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new AssertionError(message);
    }
  }
}
