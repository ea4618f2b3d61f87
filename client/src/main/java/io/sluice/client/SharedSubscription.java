package io.sluice.client;

import io.sluice.event.ChannelPattern;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one of many is subscribed to on a {@link SharedStream}.
 *
 * <p>Thread-safe.
 */
public final class SharedSubscription implements AutoCloseable {

  private final SharedStream stream;
  private final List<ChannelPattern> channels;
  private final StreamListener listener;
  private final CompletableFuture<StreamEnd> ended = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> active = new CompletableFuture<>();

  SharedSubscription(SharedStream stream, List<ChannelPattern> channels, StreamListener listener) {
    this.stream = stream;
    this.channels = channels;
    this.listener = listener;
  }

  /** Channels and patterns. */
  public List<String> channels() {
    return channels.stream().map(ChannelPattern::toString).toList();
  }

  /**
   * Completed when the hub has it for the first time: what is published from then on is given to
   * the listener. Fails with {@link StreamFailedException} if the hub refuses it.
   */
  public CompletableFuture<@Nullable Void> active() {
    return active.copy();
  }

  /** Ends it: nothing more is given to the listener, but for a call that is under way. */
  @Override
  public void close() {
    stream.remove(this, new StreamEnd.Closed());
  }

  boolean isOver() {
    return ended.isDone();
  }

  void activate() {
    active.complete(null);
  }

  /** Has the listener told, once. */
  void end(StreamEnd why) {
    if (ended.complete(why)) {
      active.completeExceptionally(new StreamFailedException(why));
      listener.onEnd(why);
    }
  }

  void give(Delivery delivery) {
    if (isOver()) {
      return;
    }
    switch (delivery) {
      case ReceivedEvent event -> {
        if (wants(event.channel())) {
          listener.onEvent(event);
        }
      }
      case Gap gap -> listener.onGap(gap);
    }
  }

  private boolean wants(@Nullable String channel) {
    return channel == null || channels.stream().anyMatch(pattern -> pattern.matches(channel));
  }
}
