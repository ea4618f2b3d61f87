package io.sluice.log;

import io.sluice.event.ChannelPattern;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The hub's totally ordered sequence of events: {@link MemoryLog}, or {@link StoredLog} where it is
 * to outlive the process.
 *
 * <p>Its newest part is always in memory, the {@link #window}: what is live is read there, and so
 * is a past that isn't long ago. What lies before the window is asked for and comes later.
 *
 * <p>Thread-safe. Futures complete on any thread.
 */
public interface Log extends AutoCloseable {

  /**
   * The lives of this log, the present one last. They change where nodes share a log: before
   * anything of the new life is visible.
   */
  Epochs epochs();

  /** Names the present life. */
  default String epoch() {
    return epochs().current();
  }

  /** The sequence of the newest event that is safe, 0 before the first. */
  long newest();

  /** The newest part of the log, in memory; all of it, if nothing is behind it. */
  MemoryLog window();

  /**
   * Appends events next to each other, all or none. They are visible to readers when it is done.
   *
   * @return fails with {@link LogFullException} if there is no room for them, {@link
   *     StoreFailedException} if it isn't known that they are safe, {@link IllegalStateException}
   *     if the log is closed. Nothing was made visible then.
   */
  CompletableFuture<Appended> append(Append append);

  /**
   * Waits until all is visible that the log had when this was called, by whichever node it was
   * appended.
   *
   * @return complete already, where only this node appends; fails with {@link StoreFailedException}
   */
  default CompletableFuture<Void> upToDate() {
    return CompletableFuture.completedFuture(null);
  }

  /** Idempotency keys that survived the last life of the process, oldest first. */
  List<KeptKey> keys();

  /**
   * Finds where a reader of the past begins. For {@link Beginning.Earliest} and {@link
   * Beginning.At} that is right before the first event that it gets.
   *
   * @return fails with {@link StoreFailedException}
   */
  CompletableFuture<Start> begin(Selection selection, Beginning beginning);

  /**
   * Reads in order what a selection matches, in one bounded piece.
   *
   * @return fails with {@link StoreFailedException}
   */
  CompletableFuture<Piece> read(Stretch stretch);

  /**
   * Figures of channels that a pattern matches and that are known, in no particular order; those of
   * the first that a bounded search finds.
   */
  CompletableFuture<List<ChannelFigures>> channels(ChannelPattern pattern, int limit);

  /** Whether a selection matches more channels than this. */
  CompletableFuture<Boolean> matchesMoreThan(int count, Selection selection);

  /** Figures of the whole log. */
  LogFigures figures();

  /** Why nothing can be appended until somebody does something about it; null if all is well. */
  @Nullable String trouble();

  /** Refuses appends from now on. What is in memory can still be read. */
  @Override
  void close();
}
