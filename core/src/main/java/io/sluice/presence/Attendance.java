package io.sluice.presence;

import io.sluice.hub.Hub;
import java.util.concurrent.CompletableFuture;

/**
 * Knows who is in which channel, and has it told. {@link #local} knows it of one hub; hubs that
 * share a log share this too.
 *
 * <p>Thread-safe: calls of one thread keep their order.
 */
public interface Attendance {

  /** That of one hub, which tells in its log. */
  static Attendance local(Hub hub, PresenceOptions options) {
    return new LocalAttendance(hub, options, hub.loop(), Telling.ALWAYS);
  }

  /**
   * The same of a hub that tells for several, as long as it may.
   *
   * @param telling whether it may, and what it has to do with that
   */
  static Attendance telling(Hub hub, PresenceOptions options, Telling telling) {
    return new LocalAttendance(hub, options, hub.loop(), telling);
  }

  /** A stream of somebody is in a channel from now on. */
  void enter(String channel, Member member);

  /** It isn't any more. For each {@link #enter} once. */
  void leave(String channel, Member member);

  /**
   * Somebody is about to watch.
   *
   * @param channel a presence channel, or a pattern of such
   */
  void watch(String channel);

  /**
   * Who is in a channel.
   *
   * @return completes on any thread
   */
  CompletableFuture<Present> present(String channel);

  /** How many channels have members, or had some until now. */
  int rooms();

  /** How many events were published since the start. */
  long told();
}
