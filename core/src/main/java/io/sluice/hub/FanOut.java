package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.log.Epochs;
import io.sluice.log.Log;
import io.sluice.log.MemoryLog;
import io.sluice.wire.Control;
import io.sluice.wire.Frames;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's subscribers: moves their cursors towards the head of the log.
 *
 * <p>Confined to its loop, but for {@link #wake} and the figures.
 *
 * <p>Streams that stand at the loop's position <em>ride</em>: a {@link Round} writes what is new to
 * all of them. All others catch up by themselves, a bounded piece at a time, until they stand at
 * the loop's position too; {@link CatchUp} does that. There is nothing else: a new stream, a
 * resume, and a reader that was slow are all a cursor that isn't at the loop's position yet.
 */
final class FanOut {

  /** How long rounds and catching up each may take before the sockets are looked at again. */
  private static final long SLICE_NANOS = 250_000;

  /**
   * While rounds take all that they are given, every so many turns one is for catching up: what is
   * live goes first, and who catches up doesn't starve.
   */
  private static final int TURNS_PER_CATCH_UP = 8;

  private static final int ROUND_EVENTS = 4096;
  private static final int ROUND_BYTES = 256 << 10;

  private final Hub hub;
  private final Loop loop;
  private final HubOptions options;
  private final Log log;
  private final MemoryLog window;
  private final Runnable turn = this::turn;

  /** Any thread. */
  private final AtomicBoolean signalled = new AtomicBoolean();

  final FanOutFigures figures = new FanOutFigures();

  // The loop's own from here on.
  private final Views views = new Views();
  private final Packer packer;
  private final Round round;
  private final OutputBudget budget;
  private final Stalled stalled;
  private final Pulse pulse;
  private final ReadyQueue ready;
  private final Entrance entrance;
  private final Exit exit;
  private final Frames single = new Frames(1024);
  private final LogPosition position;
  private final Forks forks;
  private boolean fresh;
  private int turnsWithoutCatchUp;
  private int streams;
  private final long originNanos;
  private int nowMillis;

  FanOut(Hub hub, Loop loop, Log log, HubOptions options, OutputBudget budget) {
    this.packer = new Packer(this, hub.compressor());
    this.round = new Round(this, packer);
    this.hub = hub;
    this.loop = loop;
    this.log = log;
    this.window = log.window();
    this.position = new LogPosition(window);
    this.forks = new Forks(this, log);
    this.options = options;
    this.budget = budget;
    this.stalled = new Stalled(budget);
    this.pulse = new Pulse(this, stalled, options.stream());
    this.entrance = new Entrance(this, log, options);
    this.exit = new Exit(this, hub, options.stream());
    this.ready = new ReadyQueue(this, new CatchUp(this, log, packer));
    this.originNanos = loop.nanoTime();
  }

  Loop loop() {
    return loop;
  }

  /** Everything up to this sequence has been offered to the riders. */
  long position() {
    return position.sequence();
  }

  /** Whether a round was left before it was over. */
  boolean isInRound() {
    return round.isActive();
  }

  /** A number from 0 to below the bound, to spread things in time. */
  long spread(long bound) {
    return hub.spread(bound);
  }

  long wallMillis() {
    return options.clock().millis();
  }

  boolean isPast(long deadlineNanos) {
    return loop.nanoTime() - deadlineNanos >= 0;
  }

  EventId id(long sequence) {
    return new EventId(forks.seen().current(), sequence);
  }

  /** From where on losses are told to a stream that stands where nothing is lost. */
  long tellsFrom() {
    return window.lossStamp();
  }

  /** Has the loop look at the log. Any thread; however many events wait, the loop is woken once. */
  void wake() {
    if (position.isActive() && signalled.compareAndSet(false, true)) {
      loop.execute(turn);
    }
  }

  private void turn() {
    // The flag is cleared before the head is read: an append between the two wakes the loop again.
    // The other way round it would be seen by nobody.
    signalled.set(false);
    now();
    lives();
    if (fresh) {
      // Before a round moves the loop on: who has just come to the head rides along with it,
      // however
      // much was published before its first turn.
      fresh = false;
      ready.run(loop.nanoTime() + SLICE_NANOS);
    }
    boolean roundsDone = runRounds(loop.nanoTime() + SLICE_NANOS);
    boolean readyDone = catchUp(roundsDone);
    if (!(roundsDone && readyDone) && signalled.compareAndSet(false, true)) {
      loop.yield(turn);
    }
  }

  private boolean catchUp(boolean roundsDone) {
    if (!roundsDone && ++turnsWithoutCatchUp < TURNS_PER_CATCH_UP) {
      return ready.isEmpty();
    }
    turnsWithoutCatchUp = 0;
    return ready.run(loop.nanoTime() + SLICE_NANOS);
  }

  /** Has the loop take a turn. */
  void soon() {
    if (signalled.compareAndSet(false, true)) {
      loop.execute(turn);
    }
  }

  /** Looks at the clock: once for each of the loop's tasks. */
  void now() {
    nowMillis = (int) TimeUnit.NANOSECONDS.toMillis(loop.nanoTime() - originNanos);
  }

  /** The loop's time when it last looked, in milliseconds from its beginning. */
  int nowMillis() {
    return nowMillis;
  }

  /** The lives of the log as the loop's streams know them, all of them told of the newest. */
  Epochs lives() {
    while (forks.isDue()) {
      regroup(() -> forks.pass(hub.streams().on(this)));
      // Nobody is left behind, or has to ask the store, only because there is nothing in between.
      if (position.isActive()) {
        position.moveTo(Math.min(forks.seen().onward(position()), window.newest()));
      }
    }
    return forks.seen();
  }

  // The window was begun anew past the loop's position: who rode goes on by itself from there.
  private void jump() {
    regroup(
        () -> {
          for (Stream stream : hub.streams().on(this)) {
            if (stream.state == Stream.State.RIDING) {
              unseat(stream);
            }
          }
        });
    position.moveTo(window.floor());
  }

  private void regroup(Runnable leaving) {
    if (round.isActive()) {
      round.abandon();
    }
    leaving.run();
    packer.forgetAll(views.all());
    ready.moved();
  }

  /** Has a rider leave its view with what was gathered for it, to go on by itself. */
  void unseat(Stream stream) {
    settle(stream);
    if (stream.state == Stream.State.RIDING) {
      long at = stream.position();
      stream.view.leave(stream);
      stream.view.tidy();
      stream.cursor = at;
      stepBack(stream);
      makeReady(stream);
    }
  }

  private boolean runRounds(long deadlineNanos) {
    while (true) {
      if (!round.isActive()) {
        if (!position.isActive() || isDone()) {
          return true;
        }
        long to = window.read(position(), ROUND_EVENTS, ROUND_BYTES, round.entries());
        if (to == MemoryLog.BEFORE) {
          lives();
          jump();
          continue;
        }
        round.begin(views, to);
      }
      if (!round.run(deadlineNanos)) {
        return false;
      }
      arrive(round.to());
      if (isPast(deadlineNanos)) {
        return isDone();
      }
    }
  }

  private boolean isDone() {
    return position.isHead() && !packer.hasAsked();
  }

  private void arrive(long to) {
    if (round.entries().count() > 0) {
      figures.round(options.clock().millis() - round.entries().timeMillis(0));
      round.entries().clear();
    }
    position.moveTo(to);
    ready.moved();
  }

  /** Writes a round's frames to one rider. */
  void serve(Stream stream, Frames frames) {
    int taken = stream.outlet.write(frames, 0);
    if (taken > 0) {
      stream.cursor = frames.sequence(taken - 1);
      int events = stream.view.packing.isBatched() ? frames.events(0, taken) : taken;
      delivered(stream, frames, taken, events);
    }
    if (taken < frames.count()) {
      stream.cursor = stream.position();
      stream.view.leave(stream);
      stepBack(stream);
      block(stream);
    } else if (stream.outlet.pendingBytes() > 0) {
      stall(stream);
    }
  }

  // Who leaves a view that was gathering stands behind the loop, where something may have been lost
  // already that nobody has told it of.
  private void stepBack(Stream stream) {
    if (stream.cursor < position()) {
      stream.backlog().reading.forgetTold();
    }
  }

  /** Counts what a stream has taken: so many frames from the first on, events or not. */
  void delivered(Stream stream, Frames frames, int taken, int events) {
    int bytes = frames.end(taken - 1);
    stream.bytes += bytes;
    stream.delivered += events;
    stream.lastWrite = nowMillis;
    if (events > 0) {
      stream.quietBeats = 0;
    }
    figures.delivered(events, bytes);
  }

  /** The stream's outlet has no room: it waits for {@link #drained}. */
  void block(Stream stream) {
    stream.state = Stream.State.BLOCKED;
    stream.backlog();
    stall(stream);
  }

  /** Bytes wait in the stream's outlet; if that is more than may wait, the longest waiting goes. */
  void stall(Stream stream) {
    if (stream.outlet.isPatient()) {
      return;
    }
    stalled.add(stream, nowMillis);
    while (budget.isSpent()) {
      Stream longest = stalled.longest();
      if (longest == null) {
        return;
      }
      exit.end(longest, CloseReason.OUTPUT_FULL, true);
    }
  }

  void drained(Stream stream) {
    if (stream.state == Stream.State.CLOSED) {
      return;
    }
    stalled.remove(stream);
    if (stream.state == Stream.State.BLOCKED) {
      makeReady(stream);
    }
  }

  /** The stream has something to be written. */
  void makeReady(Stream stream) {
    ready.add(stream);
    soon();
  }

  /** Opens a stream. */
  Stream open(String id, StreamRequest request, Outlet outlet) {
    now();
    streams++;
    position.activate();
    View view = views.enter(request.subscription(), request.packing());
    Stream stream = new Stream(this, outlet, id, view, request, window.newest());
    stream.lastWrite = nowMillis;
    entrance.open(stream, request);
    return stream;
  }

  /** It is known now where the stream begins, and it has something to be told. */
  void begun(Stream stream) {
    pulse.add(stream);
    makeReady(stream);
    fresh |= stream.cursor == position() && !round.isActive();
    stream.begun();
  }

  /**
   * Changes what a stream is subscribed to, at its cursor. New channels begin there, or earlier if
   * asked to.
   *
   * @return false if too many changes wait already to be told to the stream
   */
  boolean change(Stream stream, Resubscription to) {
    now();
    if (stream.backlog != null && stream.backlog.isFull()) {
      return false;
    }
    lives();
    settle(stream);
    long at = stream.position();
    if (stream.state == Stream.State.RIDING) {
      stream.view.leave(stream);
      stream.cursor = at;
      stepBack(stream);
      makeReady(stream);
    }
    Packing packing = stream.view.packing;
    exit(stream.view);
    stream.view = views.enter(to.next(), packing);
    Stream.Backlog backlog = stream.backlog();
    if (at < position() && !to.added().isEmpty()) {
      backlog.reading.forgetTold();
    }
    to.enqueue(backlog, log, id(at));
    return true;
  }

  /** Ends a stream; does nothing if it has ended. */
  void close(Stream stream, CloseReason reason, boolean orderly) {
    exit.close(stream, reason, orderly);
  }

  /** Tells a stream when to come back, and ends it. */
  void drain(Stream stream) {
    exit.drain(stream);
  }

  /** Tells a stream that its identity holds no longer, and ends it. */
  void expire(Stream stream, Control.Expiry why) {
    exit.expire(stream, why);
  }

  /** Gives a rider what was gathered for it, before it leaves its view in good order. */
  void settle(Stream stream) {
    packer.settle(stream);
  }

  private void exit(View view) {
    views.exit(view);
    if (view.streams == 0) {
      packer.forget(view);
    }
  }

  /** Takes a stream off the loop, whatever it was doing. */
  void leave(Stream stream) {
    if (stream.state == Stream.State.RIDING) {
      stream.view.leave(stream);
      if (!round.isActive() && stream.view.isSparse()) {
        stream.view.tidy();
      }
    }
    stalled.remove(stream);
    exit(stream.view);
    stream.state = Stream.State.CLOSED;
    stream.backlog = null;
    stream.begun();
    if (--streams == 0 && !round.isActive()) {
      position.deactivate();
    }
  }

  /** Writes one frame of the hub's own; whether there was room. */
  boolean write(Stream stream, Control control) {
    single.clear();
    single.add(stream.position(), control, control.encode());
    boolean taken = stream.outlet.write(single, 0) == 1;
    if (taken) {
      delivered(stream, single, 1, 0);
      if (stream.outlet.pendingBytes() > 0) {
        stall(stream);
      }
    }
    return taken;
  }

  /** The timer has ticked. Returns whether it is to go on. */
  boolean ticked() {
    figures.furthest(streams == 0 ? Long.MAX_VALUE : Math.min(position(), stalled.furthest()));
    if (streams > 0 || round.isActive()) {
      return true;
    }
    position.deactivate();
    return false;
  }

  /** Figures of a stream at this moment. */
  StreamFigures figuresOf(Stream stream, @Nullable CloseReason reason) {
    int quiet = nowMillis - stream.lastWrite;
    return StreamFigures.of(
        stream, id(stream.position()), log.newest(), Duration.ofMillis(Math.max(0, quiet)), reason);
  }
}
