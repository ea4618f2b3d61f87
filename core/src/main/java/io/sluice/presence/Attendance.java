package io.sluice.presence;

import java.util.concurrent.CompletableFuture;

/**
 * Knows who is in which channel, and has it told. {@link LocalAttendance} knows it of one hub; hubs
 * that share a log would share this too.
 *
 * <p>Thread-safe: calls of one thread keep their order.
 */
interface Attendance {

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

  /** Who is in a channel. */
  CompletableFuture<Present> present(String channel);

  /** How many channels have members, or had some until now. */
  int rooms();

  /** How many events were published since the start. */
  long told();
}
