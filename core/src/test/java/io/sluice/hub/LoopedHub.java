package io.sluice.hub;

import io.sluice.event.Publication;
import io.sluice.log.Append;
import io.sluice.log.Draft;
import io.sluice.log.Epochs;
import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.EventStreamListener;
import io.sluice.wire.EventStreamParser;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A hub with loops that run when the test says so, and streams whose blocks it sees as lines. */
final class LoopedHub {

  static final String EPOCH = "e";

  /** A stream: what it took, a line for each block, and its outlet. */
  static final class Reader implements ScriptedOutlet.Tap, EventStreamListener {
    final ScriptedOutlet outlet = new ScriptedOutlet(this);
    final List<String> blocks = new ArrayList<>();
    private final EventStreamParser parser = new EventStreamParser(this, 1 << 20);
    Stream stream;

    @Override
    public void taken(byte[] frame, int offeredAfter) {
      parser.feed(frame, 0, frame.length);
    }

    @Override
    public void tookLess() {}

    @Override
    public void meanwhile() {}

    @Override
    public void event(String id, String type, String data) {
      boolean own = type.equals("connected") || type.equals("subscription");
      blocks.add(own ? id + " " + type : id + " " + type + " " + data);
    }

    @Override
    public void position(String id) {
      blocks.add(id);
    }
  }

  final ManualTime time;
  final Hub hub;
  final @Nullable ListedStore store;
  private final SplittableRandom random = new SplittableRandom(1);
  private final ArrayDeque<Runnable> toCompress = new ArrayDeque<>();
  private final Executor compressing = toCompress::add;
  private final List<ManualLoop> loops = new ArrayList<>();
  private final List<StreamOpener> openers = new ArrayList<>();

  LoopedHub(RetentionRules rules, long outputBytes) {
    this.time = new ManualTime();
    this.hub =
        Hub.withoutTimers(options(rules, outputBytes, time), EPOCH, () -> random, compressing);
    this.store = null;
  }

  /** With a store behind it that holds so many events of the channel {@code a} already. */
  static LoopedHub onStore(RetentionRules rules, int stored) {
    ManualTime time = new ManualTime();
    ListedStore store = new ListedStore(Epochs.first(EPOCH), options(rules, 1 << 20, time), time);
    for (int i = 1; i <= stored; i++) {
      store.append(new Append(List.of(Draft.of(Publication.of("a", "old " + i))), null)).join();
    }
    return new LoopedHub(store);
  }

  /** With this store behind it. */
  LoopedHub(ListedStore store) {
    this.store = store;
    this.time = store.time();
    this.hub =
        Hub.withoutTimers(
            options(RetentionRules.DEFAULT, 1 << 20, time), store, () -> random, compressing);
  }

  private static HubOptions options(RetentionRules rules, long outputBytes, ManualTime time) {
    return HubOptions.builder().memoryBytes(1 << 20).retention(rules).stream(
            StreamOptions.DEFAULT.withOutputBytes(outputBytes))
        .clock(time)
        .build();
  }

  void addLoop() {
    ManualLoop loop = new ManualLoop(time, random, 1);
    loops.add(loop);
    openers.add(hub.addLoop(loop));
  }

  void publish(String channel, String data) {
    hub.publish(Publication.of(channel, data)).join();
  }

  Reader open(int loop, Subscription wanted, Origin origin, ScriptedOutlet.Mode mode) {
    return open(loop, new StreamRequest(wanted, origin, false), mode);
  }

  Reader open(int loop, StreamRequest request, ScriptedOutlet.Mode mode) {
    Reader reader = new Reader();
    reader.outlet.mode(mode);
    loops.get(loop).run(() -> reader.stream = openers.get(loop).open(request, reader.outlet));
    return reader;
  }

  void change(int loop, Reader reader, SubscriptionChange change) {
    loops.get(loop).runFirstOf(() -> hub.streams().change(reader.stream.id(), change));
  }

  /** Gives a reader's outlet room for one more write. */
  void drain(int loop, Reader reader) {
    if (reader.outlet.drain(1 << 20)) {
      loops.get(loop).run(reader.stream::drained);
    }
  }

  /** Runs what an I/O event would. */
  void onLoop(int loop, Runnable task) {
    loops.get(loop).run(task);
  }

  /** Compresses what waits for it. */
  void compress() {
    for (Runnable task = toCompress.poll(); task != null; task = toCompress.poll()) {
      task.run();
    }
  }

  void run(int loop) {
    while (loops.get(loop).hasTask()) {
      loops.get(loop).runNext();
    }
  }
}
