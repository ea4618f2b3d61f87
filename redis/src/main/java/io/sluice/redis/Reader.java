package io.sluice.redis;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.api.StatefulRedisConnection;
import io.sluice.event.ChannelPattern;
import io.sluice.log.Framing;
import io.sluice.log.Selection;
import io.sluice.log.StoreFailedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks Redis for parts of the log, each in steps that don't keep it from others for long.
 *
 * <p>Thread-safe.
 */
final class Reader {

  private static final int NAMES_IN_STEP = 500;
  private static final int PAGE = 2000;

  /** How many channels one reader may look at. */
  static final int MAX_CHANNELS = 200_000;

  /** The log isn't the one that was to be read. */
  static final class OtherLifeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OtherLifeException() {
      super("the log goes on in another life", null, false, false);
    }
  }

  /** What was found. */
  record Rows(long bound, Map<String, ChannelState> states, List<Row> rows) {}

  private final RedisOptions options;
  private final Supplier<@Nullable StatefulRedisConnection<byte[], byte[]>> link;
  private final byte[] meta;

  Reader(RedisOptions options, Supplier<@Nullable StatefulRedisConnection<byte[], byte[]>> link) {
    this.options = options;
    this.link = link;
    this.meta = Script.bytes(options.key("meta"));
  }

  StatefulRedisConnection<byte[], byte[]> connection() {
    StatefulRedisConnection<byte[], byte[]> open = link.get();
    if (open == null) {
      throw new StoreFailedException(
          "Redis at " + options.shownUrl() + " can't be reached", true, null);
    }
    return open;
  }

  byte[] key(String name) {
    return Script.bytes(options.key(name));
  }

  /** The channels of a selection that got an event after a sequence, transient ones left out. */
  CompletableFuture<List<String>> channels(Selection selection, long after) {
    Set<String> names = new LinkedHashSet<>();
    boolean pattern = false;
    for (ChannelPattern each : selection.patterns()) {
      if (each.isExact()) {
        if (selection.matches(each.toString())) {
          names.add(each.toString());
        }
      } else {
        pattern = true;
      }
    }
    return pattern
        ? newest(selection::matches, after, names)
        : CompletableFuture.completedFuture(List.copyOf(names));
  }

  private CompletableFuture<List<String>> newest(
      Predicate<String> wanted, long after, Set<String> found) {
    return connection()
        .async()
        .zrangebyscoreWithScores(
            key("newest"),
            Range.from(Range.Boundary.excluding(after), Range.Boundary.unbounded()),
            Limit.create(0, PAGE))
        .toCompletableFuture()
        .thenCompose(
            page -> {
              long last = after;
              for (ScoredValue<byte[]> each : page) {
                String name = new String(each.getValue(), StandardCharsets.US_ASCII);
                if (wanted.test(name)) {
                  found.add(name);
                }
                last = (long) each.getScore();
              }
              if (page.size() < PAGE || found.size() > MAX_CHANNELS) {
                return CompletableFuture.completedFuture(List.copyOf(found));
              }
              // No two channels have one newest sequence.
              return newest(wanted, last, found);
            });
  }

  /** Channels that a pattern can match, by name, until enough are found. */
  CompletableFuture<List<String>> named(ChannelPattern pattern, int limit) {
    if (pattern.isExact()) {
      return CompletableFuture.completedFuture(List.of(pattern.toString()));
    }
    String text = pattern.toString();
    String prefix = text.substring(0, text.indexOf('*'));
    return named(pattern, prefix, limit, prefix, 0, new ArrayList<>());
  }

  private CompletableFuture<List<String>> named(
      ChannelPattern pattern,
      String prefix,
      int limit,
      String from,
      int looked,
      List<String> found) {
    byte[] end = Script.bytes(prefix + '\u007f');
    Range.Boundary<byte[]> start =
        looked == 0
            ? Range.Boundary.including(Script.bytes(from))
            : Range.Boundary.excluding(Script.bytes(from));
    return connection()
        .async()
        .zrangebylex(
            key("names"), Range.from(start, Range.Boundary.excluding(end)), Limit.create(0, PAGE))
        .toCompletableFuture()
        .thenCompose(
            page -> {
              String last = from;
              for (byte[] each : page) {
                last = new String(each, StandardCharsets.US_ASCII);
                if (pattern.matches(last) && found.size() < limit) {
                  found.add(last);
                }
              }
              int seen = looked + page.size();
              return page.size() < PAGE || found.size() >= limit || seen > MAX_CHANNELS
                  ? CompletableFuture.completedFuture(found)
                  : named(pattern, prefix, limit, last, seen, found);
            });
  }

  /** What is known of channels; those that Redis doesn't know are left out. */
  CompletableFuture<Map<String, ChannelState>> states(List<String> names) {
    Map<String, ChannelState> states = new LinkedHashMap<>();
    return states(names, 0, states);
  }

  private CompletableFuture<Map<String, ChannelState>> states(
      List<String> names, int from, Map<String, ChannelState> states) {
    if (from >= names.size()) {
      return CompletableFuture.completedFuture(states);
    }
    List<String> step = names.subList(from, Math.min(names.size(), from + NAMES_IN_STEP));
    return connection()
        .async()
        .hmget(key("state"), step.stream().map(Script::bytes).toArray(byte[][]::new))
        .toCompletableFuture()
        .thenCompose(
            values -> {
              for (int i = 0; i < step.size(); i++) {
                byte[] packed = values.get(i).getValueOrElse(new byte[0]);
                if (packed.length > 0) {
                  states.put(step.get(i), ChannelState.of(packed));
                }
              }
              return states(names, from + NAMES_IN_STEP, states);
            });
  }

  /** Reads rows of channels that have events after a position, about so many bytes of the next. */
  CompletableFuture<Rows> rows(
      Framing framing, List<String> names, long after, long upTo, int bytes) {
    return rows(framing, names, 0, after, bytes, new Rows(upTo, new LinkedHashMap<>(), List.of()));
  }

  private CompletableFuture<Rows> rows(
      Framing framing, List<String> names, int from, long after, int bytes, Rows soFar) {
    if (from >= names.size()) {
      return CompletableFuture.completedFuture(soFar);
    }
    List<String> step = names.subList(from, Math.min(names.size(), from + NAMES_IN_STEP));
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(key(""));
    arguments.add(Script.bytes(framing.epochs().current()));
    arguments.add(Script.bytes(after));
    arguments.add(Script.bytes(soFar.bound));
    arguments.add(Script.bytes(bytes));
    step.forEach(name -> arguments.add(Script.bytes(name)));
    return Script.READ
        .run(connection(), meta, arguments.toArray(byte[][]::new))
        .thenCompose(
            answer -> {
              if (!Script.text(answer.get(0)).equals("ok")) {
                throw new OtherLifeException();
              }
              long bound = Script.number(answer.get(1));
              List<?> states = (List<?>) answer.get(2);
              for (int i = 0; i < step.size(); i++) {
                if (states.get(i) instanceof byte[] packed) {
                  soFar.states.put(step.get(i), ChannelState.of(packed));
                }
              }
              List<Row> rows = new ArrayList<>();
              soFar.rows.stream().filter(row -> row.first() <= bound).forEach(rows::add);
              List<?> found = (List<?>) answer.get(3);
              for (int i = 0; i < found.size(); i += 3) {
                rows.add(
                    Row.of(
                        step.get((int) Script.number(found.get(i))),
                        (byte[]) found.get(i + 1),
                        (byte[]) found.get(i + 2)));
              }
              Rows next = new Rows(bound, soFar.states, rows);
              return rows(framing, names, from + NAMES_IN_STEP, after, bytes, smaller(next, bytes));
            });
  }

  // What several steps have found may together be more than is wanted.
  private static Rows smaller(Rows rows, int bytes) {
    List<Row> sorted = new ArrayList<>(rows.rows);
    sorted.sort((a, b) -> Long.compare(a.last(), b.last()));
    long sum = 0;
    for (Row row : sorted) {
      for (Row.Event event : row.events()) {
        sum += event.draft().body().length;
      }
      if (sum >= bytes) {
        long bound = Math.min(rows.bound, row.last());
        return new Rows(
            bound, rows.states, sorted.stream().filter(each -> each.first() <= bound).toList());
      }
    }
    return new Rows(rows.bound, rows.states, sorted);
  }

  /** The oldest rows of a channel after a row that ends at a sequence, at most so many. */
  CompletableFuture<List<Row>> oldest(String channel, long after, int count) {
    return connection()
        .async()
        .xrange(
            key("c:" + channel),
            Range.from(Range.Boundary.excluding(after + "-0"), Range.Boundary.unbounded()),
            Limit.create(0, count))
        .toCompletableFuture()
        .thenApply(found -> rowsOf(channel, found));
  }

  /** The newest rows of a channel before one that ends at a sequence, the newest first. */
  CompletableFuture<List<Row>> newestRows(String channel, long before, int count) {
    return connection()
        .async()
        .xrevrange(
            key("c:" + channel),
            Range.from(
                Range.Boundary.unbounded(),
                before == Long.MAX_VALUE
                    ? Range.Boundary.unbounded()
                    : Range.Boundary.excluding(before + "-0")),
            Limit.create(0, count))
        .toCompletableFuture()
        .thenApply(found -> rowsOf(channel, found));
  }

  private static List<Row> rowsOf(
      String channel, List<io.lettuce.core.StreamMessage<byte[], byte[]>> found) {
    List<Row> rows = new ArrayList<>();
    for (var each : found) {
      byte[][] values = each.getBody().values().toArray(byte[][]::new);
      rows.add(Row.of(channel, values[0], values[1]));
    }
    return rows;
  }

  /** A sequence that is before all events that are not older than this, and not far before them. */
  CompletableFuture<Long> before(long millis) {
    return connection()
        .async()
        .zrevrangebyscore(
            key("seconds"),
            Range.from(
                Range.Boundary.unbounded(), Range.Boundary.including(Math.floorDiv(millis, 1000L))),
            Limit.create(0, 1))
        .toCompletableFuture()
        .thenApply(found -> found.isEmpty() ? 0L : Long.parseLong(Script.text(found.getFirst())));
  }
}
