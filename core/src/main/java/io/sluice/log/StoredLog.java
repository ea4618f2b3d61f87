package io.sluice.log;

import io.sluice.event.ChannelPattern;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A log that outlives the process: a {@link Store}, and before it a window in memory from which
 * everything is read that isn't long ago.
 *
 * <p>What is appended goes to the store first, and into the window when it is safe. So whatever a
 * reader has seen is in the store, and the window's head is the head of the log.
 *
 * <p>Thread-safe.
 */
public final class StoredLog implements Log {

  private final MemoryLog window;
  private final Store store;

  private StoredLog(MemoryLog window, Store store) {
    this.window = window;
    this.store = store;
  }

  /**
   * Opens the log that a store holds. The store is the log's from then on.
   *
   * @param options how the window is set up; its epochs are the store's
   * @param appended is called when the window has something new, on the store's thread
   */
  public static StoredLog open(Store store, LogOptions options, Runnable appended) {
    MemoryLog window = MemoryLog.window(options, store.newest(), store.newestTimeMillis());
    store.start(
        new Tail() {
          @Override
          public void appended(long first, long timeMillis, List<Draft> drafts) {
            window.accept(first, timeMillis, drafts);
            appended.run();
          }

          @Override
          public void jumped(Epochs lives, long to, long timeMillis) {
            window.restart(lives, to, timeMillis);
            appended.run();
          }
        });
    return new StoredLog(window, store);
  }

  @Override
  public Epochs epochs() {
    return window.epochs();
  }

  @Override
  public long newest() {
    return window.newest();
  }

  @Override
  public MemoryLog window() {
    return window;
  }

  @Override
  public CompletableFuture<Appended> append(Append append) {
    try {
      window.check(append.drafts());
    } catch (LogFullException | IllegalStateException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    return store.append(append);
  }

  @Override
  public CompletableFuture<Void> upToDate() {
    return store.upToDate();
  }

  @Override
  public List<KeptKey> keys() {
    return store.keys();
  }

  @Override
  public CompletableFuture<Start> begin(Selection selection, Beginning beginning) {
    // The head before the look: what is past is past for both.
    long until = window.newest();
    Start start = window.starts().find(selection, beginning);
    return start != null
        ? CompletableFuture.completedFuture(start)
        : store.begin(selection, beginning, until);
  }

  @Override
  public CompletableFuture<Piece> read(Stretch stretch) {
    Entries entries = new Entries();
    long reached = window.read(stretch, 0, entries);
    return reached < 0
        ? store.read(stretch)
        : CompletableFuture.completedFuture(new Piece(entries, reached, null));
  }

  @Override
  public CompletableFuture<List<ChannelFigures>> channels(ChannelPattern pattern, int limit) {
    return store.channels(pattern, limit);
  }

  @Override
  public CompletableFuture<Boolean> matchesMoreThan(int count, Selection selection) {
    return store.matchesMoreThan(count, selection);
  }

  @Override
  public LogFigures figures() {
    return window.figures().with(store.figures());
  }

  @Override
  public @Nullable String trouble() {
    return store.trouble();
  }

  @Override
  public void close() {
    window.close();
    store.close();
  }
}
