package io.sluice.sqlite;

import io.sluice.log.ChannelFigures;
import io.sluice.log.Framing;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What retention keeps, exactly, at one moment of the log. Rows go later and as wholes; what counts
 * is worked out here, from the row of the channel, from the rows that it has too many, and from the
 * one in which the limit lies.
 *
 * <p>For one moment of the log; one caller at a time.
 */
final class Retained {

  private static final int HEADS = 64;

  private final ReadSession session;
  private final RetentionRules rules;
  private final Framing framing;
  private final long nowMillis;
  private final boolean rulesAreNew;
  private final Map<Duration, Long> aged = new HashMap<>();

  /**
   * @param rulesAreNew whether there may be channels that were never looked at with these rules
   */
  Retained(
      ReadSession session,
      RetentionRules rules,
      Framing framing,
      long nowMillis,
      boolean rulesAreNew) {
    this.session = session;
    this.rules = rules;
    this.framing = framing;
    this.nowMillis = nowMillis;
    this.rulesAreNew = rulesAreNew;
  }

  Retention retention(String channel) {
    return rules.of(channel);
  }

  boolean rulesAreNew() {
    return rulesAreNew;
  }

  /** All ages that the rules have. */
  Set<Duration> ages() {
    return ages(rules);
  }

  static Set<Duration> ages(RetentionRules rules) {
    Set<Duration> ages = new TreeSet<>();
    for (RetentionRules.Rule rule : rules.rules()) {
      if (rule.retention().age() != null) {
        ages.add(rule.retention().age());
      }
    }
    if (Retention.DEFAULT.age() != null) {
      ages.add(Retention.DEFAULT.age());
    }
    return ages;
  }

  /** The newest sequence of a channel that no resume reaches. */
  long floor(ChannelRow row) throws SQLException {
    Retention retention = rules.of(row.name());
    long floor = row.lost();
    if (row.full() || rulesAreNew || retention.isTransient()) {
      floor = Math.max(floor, surplusFloor(row, retention));
    }
    Duration age = retention.age();
    if (age != null) {
      long end = aged(age);
      if (end > floor) {
        ChunkHead head = session.headUpTo(row.id(), end);
        floor = head == null ? floor : Math.max(floor, head.last());
      }
    }
    return floor;
  }

  /** What a channel holds, whatever of it is retained. */
  ChunkSum held(ChannelRow row) throws SQLException {
    ChunkSum since = session.sum(row.id(), row.settled());
    return new ChunkSum(
        row.events() + since.events(),
        row.bytes() + since.bytes(),
        Math.max(row.settled(), since.last()));
  }

  private long surplusFloor(ChannelRow row, Retention retention) throws SQLException {
    ChunkSum held = held(row);
    long events = held.events();
    long bytes = held.bytes();
    long floor = row.lost();
    while (Surplus.givesUpOne(retention, events, bytes)) {
      List<ChunkHead> heads = session.front(row.id(), floor, HEADS);
      if (heads.isEmpty()) {
        return floor;
      }
      for (ChunkHead head : heads) {
        if (!Surplus.givesUp(retention, events, bytes, head)) {
          return floorWithin(head, retention, events, bytes, floor);
        }
        events -= head.events();
        bytes -= head.bytes();
        floor = head.last();
      }
    }
    return floor;
  }

  private long floorWithin(
      ChunkHead head, Retention retention, long events, long bytes, long floorBefore)
      throws SQLException {
    if (!Surplus.givesUpOne(retention, events, bytes)) {
      return floorBefore;
    }
    ChunkReader chunk = chunk(head);
    long floor = floorBefore;
    long eventsLeft = events;
    long bytesLeft = bytes;
    while (Surplus.givesUpOne(retention, eventsLeft, bytesLeft) && chunk.next()) {
      floor = chunk.sequence();
      eventsLeft--;
      bytesLeft -= frameBytes(chunk);
    }
    return floor;
  }

  private ChunkReader chunk(ChunkHead head) throws SQLException {
    ChunkReader chunk = session.chunk(head.first());
    if (chunk == null) {
      throw new SQLException("the index has a row that isn't there: " + head.first());
    }
    return chunk;
  }

  private int frameBytes(ChunkReader chunk) {
    return framing.headBytes(chunk.sequence(), chunk.head().timeMillis()) + chunk.bodyLength();
  }

  /** The sequence up to which events are older than an age allows. */
  long aged(Duration age) throws SQLException {
    Long known = aged.get(age);
    if (known == null) {
      known = sequenceBefore(nowMillis - age.toMillis() + 1);
      aged.put(age, known);
    }
    return known;
  }

  /**
   * The sequence up to which events are older than a time; that of the newest event if all are. A
   * search by halves: time never goes back from one row to the next.
   */
  long sequenceBefore(long timeMillis) throws SQLException {
    long[] row = session.timeFrom(0);
    if (row == null || row[1] >= timeMillis) {
      return 0;
    }
    long older = row[0];
    long newest = session.head().newest();
    long end = newest + 1; // here or before begins what isn't older
    while (older + 1 < end) {
      long middle = older + (end - older) / 2;
      row = session.timeFrom(middle);
      if (row == null || row[1] >= timeMillis) {
        end = middle;
      } else {
        older = row[0];
      }
    }
    row = session.timeFrom(end);
    return row == null ? newest : row[0] - 1;
  }

  /** How many events of a channel lie between two sequences, the second one's included. */
  long count(long channel, long after, long upTo) throws SQLException {
    return between(channel, after, upTo).events();
  }

  /** What a channel has between two sequences, the second one's included. */
  ChunkSum between(long channel, long after, long upTo) throws SQLException {
    if (upTo <= after) {
      return new ChunkSum(0, 0, 0);
    }
    ChunkSum begun = session.sum(channel, after, upTo);
    ChunkSum before = tail(channel, after);
    ChunkSum beyond = tail(channel, upTo);
    return new ChunkSum(
        begun.events() + before.events() - beyond.events(),
        begun.bytes() + before.bytes() - beyond.bytes(),
        0);
  }

  /** What the row in which a sequence lies has after it. */
  private ChunkSum tail(long channel, long sequence) throws SQLException {
    ChunkHead head = session.headUpTo(channel, sequence);
    if (head == null || head.last() <= sequence) {
      return new ChunkSum(0, 0, 0);
    }
    ChunkReader chunk = chunk(head);
    long events = 0;
    long bytes = 0;
    for (boolean more = chunk.nextAfter(sequence); more; more = chunk.next()) {
      events++;
      bytes += frameBytes(chunk);
    }
    return new ChunkSum(events, bytes, head.last());
  }

  /** The first event of a channel after a sequence; 0 if there is none. */
  long next(long channel, long after) throws SQLException {
    ChunkHead head = session.headUpTo(channel, after);
    if (head != null && head.last() > after) {
      ChunkReader chunk = chunk(head);
      return chunk.nextAfter(after) ? chunk.sequence() : 0;
    }
    @Nullable ChunkReader chunk = session.chunkAfter(channel, after);
    return chunk == null ? 0 : chunk.head().first();
  }

  /** What is known of a channel. */
  ChannelFigures figures(ChannelRow row) throws SQLException {
    long floor = floor(row);
    ChunkSum held = held(row);
    ChunkSum givenUp = between(row.id(), row.lost(), floor);
    long events = held.events() - givenUp.events();
    return new ChannelFigures(
        row.name(),
        (int) Math.min(Integer.MAX_VALUE, events),
        held.bytes() - givenUp.bytes(),
        events == 0 ? 0 : next(row.id(), floor),
        events == 0 ? 0 : held.last(),
        floor);
  }
}
