package io.sluice.hub;

import io.sluice.event.ChannelPattern;
import io.sluice.log.Append;
import io.sluice.log.Appended;
import io.sluice.log.Beginning;
import io.sluice.log.ChannelFigures;
import io.sluice.log.Draft;
import io.sluice.log.Epochs;
import io.sluice.log.KeptKey;
import io.sluice.log.Lost;
import io.sluice.log.Piece;
import io.sluice.log.Selection;
import io.sluice.log.Start;
import io.sluice.log.Store;
import io.sluice.log.StoreFigures;
import io.sluice.log.Stretch;
import io.sluice.log.Tail;
import io.sluice.redis.RedisOptions;
import io.sluice.redis.RedisStore;
import io.sluice.redis.SharedLogOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A log on a Redis server behind the memory of a schedule's hub. It answers at once: what the store
 * does on threads of its own is waited for, and what its tail brings is given to the hub in the
 * schedule's thread.
 */
final class RedisInSchedule implements ScheduledStore {

  private final InOneThread store;

  private RedisInSchedule(Supplier<RedisStore> opener) {
    this.store = new InOneThread(opener);
  }

  static RedisInSchedule open(RedisOptions server, HubOptions options, ManualTime time) {
    return new RedisInSchedule(
        () ->
            RedisStore.open(
                SharedLogOptions.of(server, options.retention())
                    .withTimeLines(options.timeLines())
                    .withClock(time)));
  }

  @Override
  public Store store() {
    return store;
  }

  @Override
  public boolean hasRead() {
    return false;
  }

  @Override
  public void readNext() {
    throw new IllegalStateException("reads are answered at once");
  }

  @Override
  public void trim(String channel) {
    store.inner.maintain();
  }

  @Override
  public void expire() {
    store.inner.maintain();
  }

  @Override
  public Map<String, Long> lost() {
    Stretch whole = new Stretch(Whole.LOG, 0, store.head, null, Map.of(), 1);
    Lost lost = store.inner.read(whole).join().lost();
    return lost == null ? Map.of() : lost.channels();
  }

  @Override
  public void close() {
    store.close();
  }

  /**
   * A store whose answers and tail come in the thread that asks. What is appended before it has a
   * tail was so in a life before: it is opened anew when it is looked at.
   */
  private static final class InOneThread implements Store {

    private final Supplier<RedisStore> opener;
    private final BlockingQueue<Runnable> calls = new LinkedBlockingQueue<>();
    private RedisStore inner;
    private boolean isBefore;
    private boolean isStarted;
    private long head;

    InOneThread(Supplier<RedisStore> opener) {
      this.opener = opener;
      this.inner = opener.get();
    }

    private RedisStore present() {
      if (isBefore) {
        inner.close();
        inner = opener.get();
        isBefore = false;
      }
      return inner;
    }

    // Those of the tail before the answer come first.
    private <T> CompletableFuture<T> settled(CompletableFuture<T> answer) {
      CompletableFuture<T> settled = new CompletableFuture<>();
      answer.whenComplete(
          (value, failure) ->
              calls.add(
                  () -> {
                    if (failure == null) {
                      settled.complete(value);
                    } else {
                      settled.completeExceptionally(failure);
                    }
                  }));
      while (!settled.isDone()) {
        try {
          calls.take().run();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      return settled;
    }

    @Override
    public void start(Tail tail) {
      present();
      follow(tail);
      isStarted = true;
    }

    private void follow(Tail tail) {
      inner.start(
          new Tail() {
            @Override
            public void appended(long first, long timeMillis, List<Draft> drafts) {
              calls.add(
                  () -> {
                    head = first + drafts.size() - 1;
                    tail.appended(first, timeMillis, drafts);
                  });
            }

            @Override
            public void jumped(Epochs lives, long to, long timeMillis) {
              calls.add(() -> tail.jumped(lives, to, timeMillis));
            }
          });
    }

    @Override
    public CompletableFuture<Appended> append(Append append) {
      if (!isStarted && !isBefore) {
        isBefore = true;
        follow((first, timeMillis, drafts) -> {});
      }
      return settled(inner.append(append));
    }

    @Override
    public CompletableFuture<Void> upToDate() {
      return settled(inner.upToDate());
    }

    @Override
    public CompletableFuture<Start> begin(Selection selection, Beginning beginning, long until) {
      return settled(inner.begin(selection, beginning, until));
    }

    @Override
    public CompletableFuture<Piece> read(Stretch stretch) {
      return settled(inner.read(stretch));
    }

    @Override
    public CompletableFuture<List<ChannelFigures>> channels(ChannelPattern pattern, int limit) {
      return settled(inner.channels(pattern, limit));
    }

    @Override
    public CompletableFuture<Boolean> matchesMoreThan(int count, Selection selection) {
      return settled(inner.matchesMoreThan(count, selection));
    }

    @Override
    public Epochs epochs() {
      return present().epochs();
    }

    @Override
    public long newest() {
      return present().newest();
    }

    @Override
    public long newestTimeMillis() {
      return present().newestTimeMillis();
    }

    @Override
    public List<KeptKey> keys() {
      return present().keys();
    }

    @Override
    public InstantSource clock(InstantSource own) {
      return inner.clock(own);
    }

    @Override
    public StoreFigures figures() {
      return inner.figures();
    }

    @Override
    public @Nullable String trouble() {
      return inner.trouble();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
