package io.sluice.log;

import io.sluice.event.ChannelPattern;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What holds the log beyond memory: it decides the order, outlives the process, and has what the
 * window in memory has no room for.
 *
 * <p>A store does three things. It <em>appends</em>: events get their sequence, are made as safe as
 * the store promises, and are then given to the {@link Tail}, in order, before the publisher is
 * answered. It <em>reads</em> what lies before the window, in bounded pieces. And it
 * <em>retains</em>: what a channel's {@link Retention} gives up can't be had by who begins after
 * that, and its bytes go in the background.
 *
 * <p>A sequence is never used for two events of one epoch, whatever fails: transient events, which
 * are never stored, move the newest sequence too, and it survives.
 *
 * <p>Thread-safe. Only opening and closing block; whatever needs the disk or a network is answered
 * by a future, which may complete on any thread and must not be made to wait there.
 */
public interface Store extends AutoCloseable {

  /**
   * The lives of this log when it was opened, the present one last. {@link Tail#jumped} tells more.
   */
  Epochs epochs();

  /** The sequence of the newest event that is safe, transient or not; 0 before the first. */
  long newest();

  /** When the newest event was appended, in milliseconds since 1970; 0 before the first. */
  long newestTimeMillis();

  /** Idempotency keys that survived and whose time isn't over, oldest first. */
  List<KeptKey> keys();

  /**
   * Has all that is appended given to the tail from now on. Called once, before the first append.
   */
  void start(Tail tail);

  /**
   * Appends events next to each other, all or none.
   *
   * @return completes after the {@link Tail} has all of them. Fails with {@link LogFullException}
   *     if there is no room for them, {@link StoreFailedException} if it isn't known that they are
   *     safe, {@link IllegalStateException} if the store is closed. Nothing of them was made
   *     visible then, and no number that anybody saw is used up.
   */
  CompletableFuture<Appended> append(Append append);

  /**
   * Waits until the tail was given all that the store had when this was called.
   *
   * @return complete already, if only this process appends; fails with {@link StoreFailedException}
   */
  default CompletableFuture<Void> upToDate() {
    return CompletableFuture.completedFuture(null);
  }

  /**
   * The clock by which events grow old: the one that gives them their times.
   *
   * @param own this process's clock
   */
  default InstantSource clock(InstantSource own) {
    return own;
  }

  /**
   * Finds where a reader begins that asks for more than the window has. Events that retention has
   * given up by now are left out from there on: {@link Start#replay}.
   *
   * @param until the newest sequence that the reader is to get as a part of the past
   * @return never with a position past {@code until}; for {@link Beginning.Earliest} and {@link
   *     Beginning.At} right before the first event that the selection gets. Fails with {@link
   *     StoreFailedException}.
   */
  CompletableFuture<Start> begin(Selection selection, Beginning beginning, long until);

  /**
   * Reads what a selection matches, in order, in one bounded piece. It costs what it matches, and
   * nothing is held open for the reader afterwards.
   *
   * @return fails with {@link StoreFailedException}
   */
  CompletableFuture<Piece> read(Stretch stretch);

  /**
   * Figures of channels that hold something and that a pattern matches, at most so many, in no
   * particular order.
   */
  CompletableFuture<List<ChannelFigures>> channels(ChannelPattern pattern, int limit);

  /**
   * Whether a selection matches more channels than this.
   *
   * @param count at most 100,000
   */
  CompletableFuture<Boolean> matchesMoreThan(int count, Selection selection);

  /** Figures at this moment. Never waits. */
  StoreFigures figures();

  /** Why nothing can be appended until something is done about it; null if all is well. */
  @Nullable String trouble();

  /** Finishes what was begun, and refuses everything after that. Blocks until it is done. */
  @Override
  void close();
}
