package io.sluice.hub;

import io.sluice.event.ChannelPattern;
import io.sluice.log.Append;
import io.sluice.log.Appended;
import io.sluice.log.Beginning;
import io.sluice.log.ChannelFigures;
import io.sluice.log.Draft;
import io.sluice.log.Epochs;
import io.sluice.log.Framing;
import io.sluice.log.KeptKey;
import io.sluice.log.Loss;
import io.sluice.log.Lost;
import io.sluice.log.Piece;
import io.sluice.log.Replay;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.log.Selection;
import io.sluice.log.Start;
import io.sluice.log.Store;
import io.sluice.log.StoreFailedException;
import io.sluice.log.StoreFigures;
import io.sluice.log.Stretch;
import io.sluice.log.Tail;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A store as simple as can be: a list of all events ever. It appends and finds beginnings at once,
 * and reads when it is told to. In one thread.
 */
final class ListedStore implements Store, ScheduledStore {

  private record Stored(long sequence, long timeMillis, Draft draft) {
    String channel() {
      return draft.channel();
    }
  }

  private static final class Line {
    final Retention retention;
    final TreeMap<Long, Stored> events = new TreeMap<>();
    int retained;
    long bytes;
    long floor;
    long lost;

    Line(Retention retention) {
      this.retention = retention;
    }
  }

  private Framing framing;
  private final RetentionRules rules;
  private final ManualTime time;
  private final TreeMap<Long, Stored> all = new TreeMap<>();
  private long newest;
  private final Map<String, Line> lines = new HashMap<>();
  private final ArrayDeque<Runnable> reads = new ArrayDeque<>();
  private @Nullable Tail tail;
  private boolean failing;
  private boolean deferring;

  ListedStore(Epochs epochs, HubOptions options, ManualTime time) {
    this.framing = new Framing(epochs, options.timeLines());
    this.rules = options.retention();
    this.time = time;
  }

  // ---- what the test does with it

  /** The time that it gives to events. */
  ManualTime time() {
    return time;
  }

  @Override
  public Store store() {
    return this;
  }

  @Override
  public boolean hasRead() {
    return !reads.isEmpty();
  }

  @Override
  public void readNext() {
    reads.remove().run();
  }

  /** The oldest read fails. */
  void failNext() {
    failing = true;
    reads.remove().run();
    failing = false;
  }

  @Override
  public Map<String, Long> lost() {
    Map<String, Long> lost = new HashMap<>();
    lines.forEach(
        (name, line) -> {
          if (line.lost > 0) {
            lost.put(name, line.lost);
          }
        });
    return lost;
  }

  @Override
  public void trim(String channel) {
    Line line = lines.get(channel);
    if (line != null && !line.retention.isTransient()) {
      line.lost = line.floor;
    }
  }

  @Override
  public void expire() {
    for (Line line : lines.values()) {
      Duration age = line.retention.age();
      while (age != null
          && line.retained > 0
          && oldest(line).timeMillis <= time.millis() - age.toMillis()) {
        giveUpOldest(line);
      }
    }
  }

  // ---- the store

  @Override
  public Epochs epochs() {
    return framing.epochs();
  }

  @Override
  public long newest() {
    return newest;
  }

  @Override
  public long newestTimeMillis() {
    return all.isEmpty() ? 0 : all.lastEntry().getValue().timeMillis;
  }

  @Override
  public List<KeptKey> keys() {
    return List.of();
  }

  @Override
  public void start(Tail first) {
    tail = first;
  }

  @Override
  public CompletableFuture<Appended> append(Append append) {
    long first = newest() + 1;
    long now = Math.max(newestTimeMillis(), time.millis());
    for (Draft draft : append.drafts()) {
      add(new Stored(newest() + 1, now, draft));
    }
    if (tail != null) {
      tail.appended(first, now, append.drafts());
    }
    return CompletableFuture.completedFuture(
        Appended.now(framing.epochs().id(first), append.drafts().size()));
  }

  /**
   * Loses what came after a sequence, and goes on in another life.
   *
   * @param base where its own events come after
   */
  void fork(String epoch, long at, long base) {
    all.tailMap(at, false).clear();
    for (Line line : lines.values()) {
      for (Stored lost : line.events.tailMap(at, false).values()) {
        if (lost.sequence > line.floor) {
          line.retained--;
          line.bytes -= bytes(lost);
        }
      }
      line.events.tailMap(at, false).clear();
      line.floor = Math.min(line.floor, at);
      line.lost = Math.min(line.lost, at);
    }
    newest = base;
    List<Epochs.Life> lives = new ArrayList<>(framing.epochs().lives());
    lives.add(new Epochs.Life(epoch, at, base));
    framing = new Framing(new Epochs(lives), framing.timeLines());
    jump();
  }

  /** What was appended elsewhere is more than the tail is given. */
  void jump() {
    if (tail != null) {
      tail.jumped(framing.epochs(), newest, newestTimeMillis());
    }
  }

  /** Appends as another node would, and doesn't tell the tail. */
  long appendElsewhere(Draft draft) {
    long now = Math.max(newestTimeMillis(), time.millis());
    add(new Stored(newest + 1, now, draft));
    return newest;
  }

  private void add(Stored stored) {
    all.put(stored.sequence, stored);
    newest = stored.sequence;
    String channel = stored.channel();
    Line line = lines.computeIfAbsent(channel, name -> new Line(rules.of(name)));
    if (line.retention.isTransient()) {
      return;
    }
    line.events.put(stored.sequence, stored);
    line.retained++;
    line.bytes += bytes(stored);
    while (line.retained > line.retention.events()
        || (line.bytes > line.retention.bytes() && line.retained > 1)) {
      giveUpOldest(line);
    }
  }

  private int bytes(Stored stored) {
    return stored.draft.body().length + framing.headBytes(stored.sequence, stored.timeMillis);
  }

  private static Stored oldest(Line line) {
    return line.events.higherEntry(line.floor).getValue();
  }

  private void giveUpOldest(Line line) {
    Stored oldest = oldest(line);
    line.floor = oldest.sequence;
    line.bytes -= bytes(oldest);
    line.retained--;
  }

  private Map<String, Line> matching(Selection selection) {
    Map<String, Line> found = new HashMap<>();
    lines.forEach(
        (name, line) -> {
          if (!line.retention.isTransient() && selection.matches(name)) {
            found.put(name, line);
          }
        });
    return found;
  }

  /** Beginnings are answered like reads from now on: when the test says so. */
  void deferBeginnings() {
    deferring = true;
  }

  @Override
  public CompletableFuture<Start> begin(Selection selection, Beginning beginning, long until) {
    CompletableFuture<Start> answer = new CompletableFuture<>();
    Runnable find = () -> answer.complete(start(selection, beginning, until));
    if (deferring) {
      reads.add(
          () -> {
            if (failing) {
              answer.completeExceptionally(new StoreFailedException("broken", true, null));
            } else {
              find.run();
            }
          });
    } else {
      find.run();
    }
    return answer;
  }

  private Start start(Selection selection, Beginning beginning, long until) {
    Map<String, Line> matching = matching(selection);
    long position =
        switch (beginning) {
          case Beginning.After after -> after.position();
          case Beginning.Earliest earliest -> 0;
          case Beginning.At at -> before(at.time().toEpochMilli());
          case Beginning.Last last -> until;
        };
    Map<String, Long> floors = new HashMap<>();
    if (beginning instanceof Beginning.Last last) {
      for (Map.Entry<String, Line> each : matching.entrySet()) {
        long floor = beforeLast(each.getValue(), selection, last.count(), until);
        floors.put(each.getKey(), floor);
        position = Math.min(position, floor);
      }
      return new Start(position, new Replay(until, floors), null, 0);
    }
    long after = position;
    matching.forEach(
        (name, line) -> {
          if (line.floor > after) {
            floors.put(name, line.floor);
          }
        });
    Replay replay = new Replay(until, floors);
    if (beginning instanceof Beginning.After) {
      Loss loss = floors.isEmpty() ? null : loss(matching, floors, channel -> after).loss();
      return new Start(after, replay, loss, 0);
    }
    Stretch stretch = new Stretch(selection, after, until, replay, Map.of(), 1);
    Piece first = piece(stretch);
    long begin = first.count() > 0 ? first.entries().sequence(0) - 1 : first.reached();
    return new Start(begin, replay, null, 0);
  }

  private long before(long millis) {
    long position = newest();
    for (Stored stored : all.descendingMap().values()) {
      if (stored.timeMillis < millis) {
        return stored.sequence;
      }
      position = stored.sequence - 1;
    }
    return position;
  }

  private static long beforeLast(Line line, Selection selection, int count, long until) {
    int wanted = count;
    long first = until + 1;
    for (Stored stored : line.events.tailMap(line.floor, false).descendingMap().values()) {
      if (wanted > 0 && selection.accepts(stored.draft.type())) {
        first = stored.sequence;
        wanted--;
      }
    }
    return first - 1;
  }

  private interface Known {
    long upTo(String channel);
  }

  private static Lost loss(Map<String, Line> lines, Map<String, Long> losses, Known known) {
    long missed = 0;
    long upTo = 0;
    boolean disconnect = false;
    for (Map.Entry<String, Long> each : losses.entrySet()) {
      Line line = lines.get(each.getKey());
      upTo = Math.max(upTo, each.getValue());
      missed += line.events.subMap(known.upTo(each.getKey()), false, each.getValue(), true).size();
      disconnect |= line.retention.behind() == Retention.Behind.DISCONNECT;
    }
    return new Lost(new Loss(0, upTo, missed, disconnect), losses);
  }

  @Override
  public CompletableFuture<Piece> read(Stretch stretch) {
    CompletableFuture<Piece> answer = new CompletableFuture<>();
    reads.add(
        () -> {
          if (failing) {
            answer.completeExceptionally(new StoreFailedException("broken", true, null));
          } else {
            answer.complete(piece(stretch));
          }
        });
    return answer;
  }

  private Piece piece(Stretch stretch) {
    Map<String, Line> matching = matching(stretch.selection());
    Map<String, Long> losses = new HashMap<>();
    matching.forEach(
        (name, line) -> {
          if (line.lost > stretch.knownUpTo(name)) {
            losses.put(name, line.lost);
          }
        });
    Lost lost = losses.isEmpty() ? null : loss(matching, losses, stretch::knownUpTo);
    Piece.Builder piece = new Piece.Builder(framing);
    long upTo = Math.max(stretch.after(), stretch.upTo());
    for (Stored stored : all.subMap(stretch.after(), false, upTo, true).values()) {
      long sequence = stored.sequence;
      Line line = matching.get(stored.channel());
      Long floor =
          stretch.replay() == null ? null : stretch.replay().floors().get(stored.channel());
      if (line != null
          && sequence > line.lost
          && (floor == null || sequence > floor)
          && stretch.selection().accepts(stored.draft.type())) {
        byte[] body = stored.draft.body();
        if (piece.count() > 0 && piece.bytes() + body.length > stretch.maxBytes()) {
          return piece.build(sequence - 1, lost);
        }
        piece.add(
            new Piece.Heading(
                sequence,
                stored.timeMillis,
                stored.channel(),
                stored.draft.type(),
                stored.draft.key()),
            body,
            0,
            body.length);
      }
    }
    return piece.build(stretch.upTo(), lost);
  }

  @Override
  public CompletableFuture<List<ChannelFigures>> channels(ChannelPattern pattern, int limit) {
    List<ChannelFigures> figures = new ArrayList<>();
    lines.forEach(
        (name, line) -> {
          if (pattern.matches(name)) {
            boolean some = line.retained > 0;
            figures.add(
                new ChannelFigures(
                    name,
                    line.retained,
                    line.bytes,
                    some ? oldest(line).sequence : 0,
                    some ? line.events.lastKey() : 0,
                    line.floor));
          }
        });
    return CompletableFuture.completedFuture(figures);
  }

  @Override
  public CompletableFuture<Boolean> matchesMoreThan(int count, Selection selection) {
    return CompletableFuture.completedFuture(matching(selection).size() > count);
  }

  @Override
  public StoreFigures figures() {
    return new StoreFigures(0, 0, lines.size(), 0, 0, 0);
  }

  @Override
  public @Nullable String trouble() {
    return null;
  }

  @Override
  public void close() {
    reads.clear();
  }
}
