package io.sluice.sqlite;

import io.sluice.log.Retention;
import org.jspecify.annotations.Nullable;

/**
 * What the writer knows of a channel: its row as it would be if it were written now.
 *
 * <p>Confined to the writer.
 */
final class ChannelState {

  final String name;
  final Retention retention;
  final long id;

  long lost;
  long denseFrom;
  long newest;
  long events;
  long bytes;

  /** Whether the row says so. */
  boolean full;

  /** What the row has for {@link #events}; 0 has to be true. */
  long eventsInRow;

  /** Whether there is a row. */
  boolean stored;

  /** Whether the row is behind. */
  boolean dirty;

  /** By how many rows of {@code chunk}, about. */
  int behind;

  /** Whether it waits for its surplus to be deleted. */
  boolean queued;

  /** The events of the present block, or null. */
  @Nullable ChunkWriter chunk;

  private ChannelState(long id, String name, Retention retention) {
    this.id = id;
    this.name = name;
    this.retention = retention;
  }

  /** A channel that wasn't there. */
  static ChannelState fresh(long id, String name, Retention retention, long forgotten) {
    ChannelState state = new ChannelState(id, name, retention);
    // It may have had a life before that was forgotten: then its loss is that of all forgotten.
    state.lost = forgotten;
    state.denseFrom = forgotten + 1;
    state.newest = forgotten;
    state.dirty = true;
    return state;
  }

  /** A channel whose row was read. */
  static ChannelState of(ChannelRow row, Retention retention, ChunkSum since) {
    ChannelState state = new ChannelState(row.id(), row.name(), retention);
    state.lost = row.lost();
    state.denseFrom = row.denseFrom();
    state.newest = Math.max(row.settled(), since.last());
    state.events = row.events() + since.events();
    state.bytes = row.bytes() + since.bytes();
    state.full = row.full();
    state.eventsInRow = row.events();
    state.stored = true;
    state.dirty = since.events() > 0;
    return state;
  }

  /** Counts a row of {@code chunk} in. */
  void add(ChunkHead head) {
    events += head.events();
    bytes += head.bytes();
    newest = head.last();
    dirty = true;
  }

  /** Counts its oldest row of {@code chunk} out, whose bytes go. */
  void drop(ChunkHead head) {
    if (!head.isDense()) {
      denseFrom = head.last(); // of those before it isn't known what lies between
    } else if (head.first() != lost + 1) {
      denseFrom = head.first();
    }
    lost = head.last();
    events -= head.events();
    bytes -= head.bytes();
    dirty = true;
  }

  /** Whether it holds more than its retention keeps, age aside. */
  boolean isOver() {
    return Surplus.givesUpOne(retention, events, bytes);
  }

  /** Whether it is so far below its limits that it won't be over them soon. */
  boolean isFarFromOver() {
    return events < retention.events() / 2 && bytes < retention.bytes() / 2;
  }

  /** Whether its oldest row of {@code chunk} could go as a whole. */
  boolean givesUp(ChunkHead oldest) {
    return Surplus.givesUp(retention, events, bytes, oldest);
  }

  /**
   * Whether enough of it is too much to be worth the way: a row of {@code channel} is written with
   * each deletion.
   */
  boolean isWorthSweeping() {
    long slackEvents = Math.clamp(retention.events() / 8, 1, 64);
    long slackBytes = Math.min(retention.bytes() / 8, 256 << 10);
    return events - retention.events() >= slackEvents
        || (bytes - retention.bytes() > slackBytes && events > 1);
  }
}
