package io.sluice.hub;

import io.sluice.log.Entries;
import io.sluice.wire.BatchEncoder;
import io.sluice.wire.Frames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Packs events for the streams of a loop that asked for it: several in a block, large ones
 * compressed. For those who ride it is done once for each view; what has to wait, for its time or
 * for the compressor, waits in the view's {@link Gathering}.
 *
 * <p>Confined to its loop.
 */
final class Packer {

  /** The most events in a batch. */
  static final int MAX_EVENTS = 1000;

  /** The most bytes of frames in a batch that has more than one. */
  static final int MAX_BYTES = 64 << 10;

  /** More than this gathered on a loop, and batches end before their time. */
  private static final long MAX_GATHERED_BYTES = 16 << 20;

  private final FanOut fanOut;
  private final Compressor compressor;
  private final Set<View> asked = new LinkedHashSet<>();
  private final Frames single = new Frames(1024);
  private long gathered;

  Packer(FanOut fanOut, Compressor compressor) {
    this.fanOut = fanOut;
    this.compressor = compressor;
  }

  // ---- views, in rounds

  /** Whether there is something to go that a round has to bring. */
  boolean hasAsked() {
    return !asked.isEmpty();
  }

  /** The views that have asked for a round since the last one. */
  List<View> takeAsked() {
    List<View> views = List.copyOf(asked);
    asked.clear();
    return views;
  }

  /**
   * Adds a round's events to what a view has gathered.
   *
   * @return how many of them, from the first on, are to go in this round
   */
  int gather(View view, Gathering gathering, Entries entries) {
    long before = gathering.bytes();
    for (int i = 0; i < view.touchCount(); i++) {
      int entry = view.touched(i);
      gathering.add(hold(view.packing, entries, entry, entries.frame(entry)), fanOut.position());
    }
    gathered += gathering.bytes() - before;
    if (gathered > MAX_GATHERED_BYTES) {
      gathering.due = true;
    }
    return gathering.releasable();
  }

  /** A round has brought these events to all riders. */
  void released(View view, Gathering gathering, int number) {
    long before = gathering.bytes();
    gathering.remove(number);
    gathered += gathering.bytes() - before;
    if (gathering.isEmpty()) {
      return;
    }
    CompletableFuture<byte[]> first = gathering.events().getFirst().awaited();
    if (first != null) {
      first.whenComplete((data, failure) -> fanOut.loop().execute(() -> ask(view)));
    }
    if (view.packing.isBatched() && !gathering.timed && !gathering.due) {
      gathering.timed = true;
      fanOut
          .loop()
          .schedule(
              () -> over(view, gathering), view.packing.batch().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void over(View view, Gathering gathering) {
    gathering.timed = false;
    gathering.due = !gathering.isEmpty();
    ask(view);
  }

  private void ask(View view) {
    Gathering gathering = view.gathering;
    if (gathering == null || gathering.isEmpty()) {
      return;
    }
    if (view.hasRiders()) {
      asked.add(view);
      fanOut.soon();
    } else {
      forget(view);
    }
  }

  /** Nobody is there to get what a view has gathered. */
  void forget(View view) {
    asked.remove(view);
    Gathering gathering = view.gathering;
    if (gathering != null) {
      gathered -= gathering.bytes();
      gathering.remove(gathering.events().size());
    }
  }

  /** Nobody rides any more. */
  void forgetAll(Collection<View> views) {
    views.forEach(this::forget);
  }

  /** Gives a rider that is about to leave what its view has gathered, as far as it takes it. */
  void settle(Stream stream) {
    Gathering gathering = stream.view.gathering;
    if (stream.state != Stream.State.RIDING || gathering == null || gathering.isEmpty()) {
      return;
    }
    List<Held> events = gathering.events();
    int from = gathering.after(stream.cursor);
    int to = ready(events);
    if (from >= to) {
      return;
    }
    single.clear();
    pack(stream.view.packing, events.subList(from, to), single);
    int taken = stream.outlet.write(single, 0);
    if (taken > 0) {
      stream.cursor = single.sequence(taken - 1);
      fanOut.delivered(stream, single, taken, single.events(0, taken));
    }
  }

  // ---- events

  private Held hold(Packing packing, Entries entries, int i, byte[] frame) {
    return held(
        entries, i, frame, packing.gzip() ? compressor.of(entries.sequence(i), frame) : null);
  }

  private static Held held(
      Entries entries, int i, byte[] frame, @Nullable CompletableFuture<byte[]> data) {
    return new Held(entries.sequence(i), entries.timeMillis(i), entries.key(i), frame, data);
  }

  /**
   * What was read for one stream, to be packed.
   *
   * @param idLine in place of the events' own, or null
   */
  List<Held> hold(Stream stream, Entries entries, byte @Nullable [] idLine) {
    Stream.Backlog backlog = stream.backlog();
    Awaited awaited = backlog.awaited;
    backlog.awaited = null;
    List<Held> events = new ArrayList<>(entries.count());
    for (int i = 0; i < entries.count(); i++) {
      byte[] frame = idLine == null ? entries.frame(i) : entries.frame(i, idLine);
      // The compressor may not keep any more what the stream has waited for.
      events.add(
          awaited != null && awaited.sequence == entries.sequence(i)
              ? held(entries, i, frame, awaited.data)
              : hold(stream.view.packing, entries, i, frame));
    }
    return events;
  }

  /** How many of the events that were read for one stream go at once, from the first on. */
  static int going(Packing packing, List<Held> events) {
    int ready = ready(events);
    return packing.isBatched() && ready > 0 ? batchEnd(events, 0, ready) : ready;
  }

  /** Compressed data that a stream waits for. */
  record Awaited(long sequence, CompletableFuture<byte[]> data) {}

  /** How many, from the first on, have nothing to wait for. */
  static int ready(List<Held> events) {
    int ready = 0;
    while (ready < events.size() && events.get(ready).isReady()) {
      ready++;
    }
    return ready;
  }

  /** Where the batch ends that begins at an index, and goes up to another at most. */
  static int batchEnd(List<Held> events, int from, int upTo) {
    int most = Math.min(upTo, from + MAX_EVENTS);
    long bytes = events.get(from).bytes();
    int end = from + 1;
    while (end < most && (bytes += events.get(end).bytes()) <= MAX_BYTES) {
      end++;
    }
    return end;
  }

  /** Packs events that have nothing to wait for. */
  static void pack(Packing packing, List<Held> events, Frames frames) {
    if (packing.isBatched()) {
      for (int from = 0; from < events.size(); ) {
        int to = batchEnd(events, from, events.size());
        packBatch(events.subList(from, to), events.get(to - 1).sequence, frames);
        from = to;
      }
      return;
    }
    for (Held event : events) {
      byte[] frame = event.frame();
      frames.add(event.sequence, event.timeMillis, event.key, frame, 0, frame.length);
    }
  }

  private static void packBatch(List<Held> events, long sequence, Frames frames) {
    frames.addBatch(
        sequence,
        events.getLast().timeMillis,
        events.size(),
        BatchEncoder.encode(events.stream().map(Held::frame).toList()));
  }

  /**
   * Packs what was read for one stream, as frames that don't move it on.
   *
   * @param position where the stream stands that has taken them
   */
  static void packAt(long position, Packing packing, List<Held> events, Frames frames) {
    if (packing.isBatched() && !events.isEmpty()) {
      packBatch(events, position, frames);
      return;
    }
    for (Held event : events) {
      byte[] frame = event.frame();
      frames.add(position, event.timeMillis, event.key, frame, 0, frame.length);
    }
  }
}
