package io.sluice.redis;

import io.sluice.log.Beginning;
import io.sluice.log.ChannelFigures;
import io.sluice.log.Framing;
import io.sluice.log.Loss;
import io.sluice.log.Lost;
import io.sluice.log.Piece;
import io.sluice.log.Replay;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.log.Selection;
import io.sluice.log.Start;
import io.sluice.log.Stretch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What of the past is retained, as one reader asks it: where it begins, what it is lost, and the
 * events.
 *
 * <p>What retention keeps is worked out here to the event; in Redis it goes some rows later.
 *
 * <p>Immutable.
 *
 * @param nowMillis the time by which events are too old
 * @param forgotten the floor of channels that nothing is known of any more
 */
record Past(Reader reader, RetentionRules rules, Framing framing, long nowMillis, long forgotten) {

  private static final int ROWS = 128;
  private static final int WINDOW_BYTES = 64 << 10;

  /**
   * What retention has given up of a channel.
   *
   * @param upTo the newest sequence of it, 0 if nothing is given up
   * @param events how many of all that the channel ever had
   * @param bytes and the bytes of their frames
   * @param missed how many of them lie past the reader's position, or {@link Loss#UNKNOWN}
   */
  record Floor(long upTo, long events, long bytes, long missed) {}

  // ---- where retention ends

  private CompletableFuture<Floor> floor(String channel, ChannelState state, long position) {
    Retention retention = rules.of(channel);
    if (retention.isTransient()) {
      return CompletableFuture.completedFuture(
          new Floor(state.newest(), state.total(), state.bytes(), 0));
    }
    boolean exact = position == 0 || position >= state.goneLast() || state.goneTotal() == 0;
    long missed =
        position >= state.goneLast() ? 0 : position == 0 ? state.goneTotal() : Loss.UNKNOWN;
    Floor gone =
        new Floor(
            state.goneLast(), state.goneTotal(), state.goneBytes(), exact ? missed : Loss.UNKNOWN);
    return mayHold(state, retention)
        ? walk(channel, state, retention, position, gone, state.goneLast())
        : CompletableFuture.completedFuture(gone);
  }

  private boolean mayHold(ChannelState state, Retention retention) {
    return !state.isEmpty()
        && (state.total() - state.goneTotal() > retention.events()
            || state.bytes() - state.goneBytes() > retention.bytes()
            || (retention.age() != null
                && state.oldestMillis() <= nowMillis - retention.age().toMillis()));
  }

  // From the oldest row on, event by event, to the first that is kept.
  private CompletableFuture<Floor> walk(
      String channel,
      ChannelState state,
      Retention retention,
      long position,
      Floor from,
      long after) {
    return reader
        .oldest(channel, after, ROWS)
        .thenCompose(
            rows -> {
              Floor floor = from;
              for (Row row : rows) {
                long bytesBefore = row.bytes() - bytesOf(row);
                long ordinal = row.total() - row.count();
                for (Row.Event event : row.events()) {
                  ordinal++;
                  if (!isGone(state, retention, row.timeMillis(), ordinal, bytesBefore)) {
                    return CompletableFuture.completedFuture(floor);
                  }
                  bytesBefore += bytesOf(event, row.timeMillis());
                  long missed =
                      floor.missed == Loss.UNKNOWN || event.sequence() <= position
                          ? floor.missed
                          : floor.missed + 1;
                  floor = new Floor(event.sequence(), ordinal, bytesBefore, missed);
                }
              }
              return rows.size() < ROWS
                  ? CompletableFuture.completedFuture(floor)
                  : walk(channel, state, retention, position, floor, rows.getLast().last());
            });
  }

  private boolean isGone(
      ChannelState state, Retention retention, long timeMillis, long ordinal, long bytesBefore) {
    return ordinal <= state.total() - retention.events()
        || (state.bytes() - bytesBefore > retention.bytes() && ordinal < state.total())
        || (retention.age() != null && timeMillis <= nowMillis - retention.age().toMillis());
  }

  private long bytesOf(Row row) {
    long bytes = 0;
    for (Row.Event event : row.events()) {
      bytes += bytesOf(event, row.timeMillis());
    }
    return bytes;
  }

  private long bytesOf(Row.Event event, long timeMillis) {
    return (long) event.draft().body().length + framing.headBytes(event.sequence(), timeMillis);
  }

  // ---- beginnings

  /** See {@link io.sluice.log.Store#begin}. */
  CompletableFuture<Start> begin(Selection selection, Beginning beginning, long until) {
    return switch (beginning) {
      case Beginning.After after -> resume(selection, after.position(), until);
      case Beginning.Earliest earliest -> from(selection, 0, until, Long.MIN_VALUE);
      case Beginning.At at ->
          reader
              .before(at.time().toEpochMilli())
              .thenCompose(
                  before ->
                      from(selection, Math.min(before, until), until, at.time().toEpochMilli()));
      case Beginning.Last last -> last(selection, last.count(), until);
    };
  }

  private CompletableFuture<Map<String, Floor>> floors(Selection selection, long position) {
    return reader
        .channels(selection, position)
        .thenCompose(reader::states)
        .thenCompose(
            states ->
                each(
                    states,
                    (channel, state) ->
                        state.newest() > position
                            ? floor(channel, state, position)
                            : CompletableFuture.completedFuture(new Floor(0, 0, 0, 0))));
  }

  private CompletableFuture<Start> resume(Selection selection, long position, long until) {
    return floors(selection, position)
        .thenApply(
            floors -> {
              Map<String, Long> held = new HashMap<>();
              long missed = 0;
              long upTo = 0;
              boolean disconnect = false;
              for (Map.Entry<String, Floor> each : floors.entrySet()) {
                Floor floor = each.getValue();
                Retention retention = rules.of(each.getKey());
                if (floor.upTo > position && !retention.isTransient()) {
                  held.put(each.getKey(), floor.upTo);
                  missed =
                      missed == Loss.UNKNOWN || floor.missed == Loss.UNKNOWN
                          ? Loss.UNKNOWN
                          : missed + floor.missed;
                  upTo = Math.max(upTo, floor.upTo);
                  disconnect |= retention.behind() == Retention.Behind.DISCONNECT;
                }
              }
              Loss loss = held.isEmpty() ? null : new Loss(0, upTo, missed, disconnect);
              if (loss == null && forgotten > position && mayBeForgotten(selection, floors)) {
                loss = new Loss(0, forgotten, Loss.UNKNOWN, false);
              }
              return new Start(position, new Replay(until, held), loss, 0);
            });
  }

  private static boolean mayBeForgotten(Selection selection, Map<String, Floor> known) {
    return selection.patterns().stream()
        .anyMatch(pattern -> !pattern.isExact() || !known.containsKey(pattern.toString()));
  }

  private CompletableFuture<Start> from(
      Selection selection, long position, long until, long notBeforeMillis) {
    return floors(selection, position)
        .thenCompose(
            floors -> {
              Map<String, Long> held = new HashMap<>();
              floors.forEach(
                  (channel, floor) -> {
                    if (floor.upTo > position) {
                      held.put(channel, floor.upTo);
                    }
                  });
              Replay replay = new Replay(until, held);
              return first(selection, position, until, replay, notBeforeMillis)
                  .thenApply(begin -> new Start(begin, replay, null, 0));
            });
  }

  private CompletableFuture<Long> first(
      Selection selection, long after, long until, Replay replay, long notBeforeMillis) {
    if (after >= until) {
      return CompletableFuture.completedFuture(until);
    }
    return read(new Stretch(selection, after, until, replay, Map.of(), WINDOW_BYTES))
        .thenCompose(
            piece -> {
              for (int i = 0; i < piece.count(); i++) {
                if (piece.entries().timeMillis(i) >= notBeforeMillis) {
                  return CompletableFuture.completedFuture(piece.entries().sequence(i) - 1);
                }
              }
              return first(selection, piece.reached(), until, replay, notBeforeMillis);
            });
  }

  private CompletableFuture<Start> last(Selection selection, int count, long until) {
    return reader
        .channels(selection, 0)
        .thenCompose(reader::states)
        .thenCompose(
            states ->
                each(
                    states,
                    (channel, state) ->
                        floor(channel, state, 0)
                            .thenCompose(
                                floor ->
                                    beforeLast(
                                        channel,
                                        selection,
                                        count,
                                        floor.upTo,
                                        Long.MAX_VALUE,
                                        until + 1))))
        .thenApply(
            floors -> {
              long position = until;
              for (long floor : floors.values()) {
                position = Math.min(position, floor);
              }
              return new Start(position, new Replay(until, floors), null, 0);
            });
  }

  private CompletableFuture<Long> beforeLast(
      String channel, Selection selection, int wanted, long floor, long before, long first) {
    return reader
        .newestRows(channel, before, Math.min(ROWS, Math.max(4, wanted)))
        .thenCompose(
            rows -> {
              int left = wanted;
              long oldest = first;
              for (Row row : rows) {
                for (Row.Event event : row.events().reversed()) {
                  if (left == 0 || event.sequence() <= floor) {
                    return CompletableFuture.completedFuture(oldest - 1);
                  }
                  if (selection.accepts(event.draft().type())) {
                    left--;
                    oldest = Math.min(oldest, event.sequence());
                  }
                }
              }
              return rows.isEmpty() || left == 0
                  ? CompletableFuture.completedFuture(oldest - 1)
                  : beforeLast(channel, selection, left, floor, rows.getLast().last(), oldest);
            });
  }

  // ---- reading

  /** See {@link io.sluice.log.Store#read}. */
  CompletableFuture<Piece> read(Stretch stretch) {
    if (stretch.after() >= stretch.upTo()) {
      return CompletableFuture.completedFuture(new Piece.Builder(framing).build(stretch.upTo()));
    }
    return reader
        .channels(stretch.selection(), stretch.after())
        .thenCompose(
            names ->
                reader.rows(framing, names, stretch.after(), stretch.upTo(), stretch.maxBytes()))
        .thenApply(rows -> piece(stretch, rows));
  }

  private record Found(Row row, Row.Event event) {}

  private Piece piece(Stretch stretch, Reader.Rows rows) {
    Map<String, Long> losses = new HashMap<>();
    boolean disconnect = false;
    long upTo = 0;
    for (Map.Entry<String, ChannelState> each : rows.states().entrySet()) {
      Retention retention = rules.of(each.getKey());
      long gone = each.getValue().goneLast();
      if (gone > stretch.knownUpTo(each.getKey()) && !retention.isTransient()) {
        losses.put(each.getKey(), gone);
        upTo = Math.max(upTo, gone);
        disconnect |= retention.behind() == Retention.Behind.DISCONNECT;
      }
    }
    List<Found> found = new ArrayList<>();
    for (Row row : rows.rows()) {
      for (Row.Event event : row.events()) {
        if (event.sequence() > stretch.after()
            && event.sequence() <= rows.bound()
            && admits(stretch, row.channel(), event, losses.getOrDefault(row.channel(), 0L))) {
          found.add(new Found(row, event));
        }
      }
    }
    found.sort(Comparator.comparingLong(each -> each.event.sequence()));
    Lost lost =
        losses.isEmpty() ? null : new Lost(new Loss(0, upTo, Loss.UNKNOWN, disconnect), losses);
    return build(stretch, rows.bound(), found, lost);
  }

  private Piece build(Stretch stretch, long bound, List<Found> found, @Nullable Lost lost) {
    Piece.Builder piece = new Piece.Builder(framing);
    for (Found each : found) {
      byte[] body = each.event.draft().body();
      long sequence = each.event.sequence();
      long frame = bytesOf(each.event, each.row.timeMillis());
      if (piece.count() > 0 && piece.bytes() + frame > stretch.maxBytes()) {
        return piece.build(sequence - 1, lost);
      }
      piece.add(
          new Piece.Heading(
              sequence,
              each.row.timeMillis(),
              each.row.channel(),
              each.event.draft().type(),
              each.event.draft().key()),
          body,
          0,
          body.length);
    }
    return piece.build(bound, lost);
  }

  private static boolean admits(Stretch stretch, String channel, Row.Event event, long lost) {
    long sequence = event.sequence();
    Replay replay = stretch.replay();
    long floor =
        replay == null || sequence > replay.until() ? 0 : replay.floors().getOrDefault(channel, 0L);
    return stretch.selection().accepts(event.draft().type())
        && sequence > lost
        && sequence > floor
        && sequence > stretch.told().getOrDefault(channel, 0L);
  }

  // ---- figures

  /** Figures of channels that hold something. */
  CompletableFuture<List<ChannelFigures>> figures(List<String> names, int limit) {
    return reader
        .states(names)
        .thenCompose(states -> each(states, (channel, state) -> figures(channel, state)))
        .thenApply(
            all -> all.values().stream().filter(each -> each.retained() > 0).limit(limit).toList());
  }

  private CompletableFuture<ChannelFigures> figures(String channel, ChannelState state) {
    return floor(channel, state, 0)
        .thenCompose(
            floor -> {
              int retained = (int) (state.total() - floor.events);
              if (retained == 0) {
                return CompletableFuture.completedFuture(
                    new ChannelFigures(channel, 0, 0, 0, 0, floor.upTo));
              }
              // The row with the first event past the floor ends past it.
              return reader
                  .oldest(channel, floor.upTo, 1)
                  .thenApply(
                      rows -> {
                        long oldest = state.newest();
                        for (Row row : rows) {
                          for (Row.Event event : row.events()) {
                            if (event.sequence() > floor.upTo) {
                              oldest = Math.min(oldest, event.sequence());
                            }
                          }
                        }
                        return new ChannelFigures(
                            channel,
                            retained,
                            state.bytes() - floor.bytes,
                            oldest,
                            state.newest(),
                            floor.upTo);
                      });
            });
  }

  /** Asks for each, some at a time, and gathers the answers. */
  private static <T> CompletableFuture<Map<String, T>> each(
      Map<String, ChannelState> states,
      BiFunction<String, ChannelState, CompletableFuture<T>> ask) {
    List<Map.Entry<String, ChannelState>> all = List.copyOf(states.entrySet());
    return step(all, 0, entry -> ask.apply(entry.getKey(), entry.getValue()), new HashMap<>());
  }

  private static <T> CompletableFuture<Map<String, T>> step(
      List<Map.Entry<String, ChannelState>> all,
      int from,
      Function<Map.Entry<String, ChannelState>, CompletableFuture<T>> ask,
      Map<String, T> gathered) {
    if (from >= all.size()) {
      return CompletableFuture.completedFuture(gathered);
    }
    List<Map.Entry<String, ChannelState>> some =
        all.subList(from, Math.min(all.size(), from + ROWS));
    List<CompletableFuture<T>> asked = some.stream().map(ask).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenCompose(
            done -> {
              for (int i = 0; i < some.size(); i++) {
                gathered.put(some.get(i).getKey(), asked.get(i).join());
              }
              return step(all, from + ROWS, ask, gathered);
            });
  }
}
