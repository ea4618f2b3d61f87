package io.sluice.sqlite;

/**
 * The numbers of a {@link Head} while a transaction changes them.
 *
 * <p>Confined to the writer.
 */
final class Tally {

  long events;
  long bytes;
  long channels;
  long empty;
  long nextChannel;
  long forgotten;

  /** Events given up since the start; no part of the head. */
  long evicted;

  /** Commits since the start; no part of the head. */
  long commits;

  Tally(Head head) {
    reset(head);
  }

  /** Back to what was committed last. */
  void reset(Head head) {
    events = head.events();
    bytes = head.bytes();
    channels = head.channels();
    empty = head.empty();
    nextChannel = head.nextChannel();
    forgotten = head.forgotten();
  }

  /** What is to be committed. */
  Head head(long newest, long timeMillis) {
    return new Head(newest, timeMillis, events, bytes, channels, empty, nextChannel, forgotten);
  }
}
