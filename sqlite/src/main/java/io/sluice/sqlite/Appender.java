package io.sluice.sqlite;

import io.sluice.log.Draft;
import io.sluice.log.Framing;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes events into the tables, inside the transaction that the writer has open.
 *
 * <p>Events come in blocks: a block ends when it has enough bytes, and within it each channel has
 * one row. So whoever reads one channel reads no other's events, whoever reads all of them merges
 * no more rows than a block has, and a busy channel has few rows.
 *
 * <p>Confined to the writer.
 */
final class Appender {

  // A reader of all channels has the rows of a block in its hands at once, one of a few channels
  // one row of each: a row alone shouldn't be much more than what is read at a time.
  private static final int BLOCK_BYTES = 256 << 10;
  private static final int BLOCK_BYTES_OF_ONE = 64 << 10;

  private static final int MAX_SPARE = 256;

  private final WriteSession session;
  private final ChannelStates states;
  private final Sweeper sweeper;
  private final FrameSizes sizes;
  private final Tally tally;

  private final List<ChannelState> block = new ArrayList<>();
  private final Deque<ChunkWriter> spare = new ArrayDeque<>();
  private long blockStart;
  private long blockBytes;
  private int rows;

  // The channel of the event before: publishers often stay with one.
  private @Nullable String lastName;
  private @Nullable ChannelState lastState;

  Appender(
      WriteSession session, ChannelStates states, Sweeper sweeper, Framing framing, Tally tally) {
    this.session = session;
    this.states = states;
    this.sweeper = sweeper;
    this.sizes = new FrameSizes(framing);
    this.tally = tally;
  }

  /** Adds an event; sequences rise by one. */
  void add(long sequence, long timeMillis, Draft draft) throws SQLException {
    String name = draft.channel();
    ChannelState state = name.equals(lastName) ? lastState : states.forAppend(name);
    lastName = name;
    lastState = state;
    if (state == null) {
      return; // transient: its number is used up, and that is all
    }
    ChunkWriter chunk = state.chunk;
    if (chunk == null) {
      ChunkWriter free = spare.poll();
      chunk = free == null ? new ChunkWriter() : free;
      state.chunk = chunk;
      if (block.isEmpty()) {
        blockStart = sequence;
      }
      block.add(state);
    }
    byte[] body = draft.body();
    chunk.add(sequence, draft.key(), body, sizes.headBytes(sequence, timeMillis));
    blockBytes += body.length;
    if (blockBytes >= (block.size() == 1 ? BLOCK_BYTES_OF_ONE : BLOCK_BYTES)) {
      endBlock(timeMillis);
    }
  }

  private void endBlock(long timeMillis) throws SQLException {
    for (ChannelState state : block) {
      ChunkWriter chunk = state.chunk;
      if (chunk == null) {
        throw new IllegalStateException("a channel of the block without events");
      }
      ChunkHead head = chunk.head(state.id, timeMillis);
      session.insert(head, blockStart, chunk.seal(head));
      state.chunk = null;
      state.add(head);
      tally.events += head.events();
      tally.bytes += head.bytes();
      states.saveIfNeeded(state);
      sweeper.offer(state);
      chunk.reset();
      if (spare.size() < MAX_SPARE) {
        spare.add(chunk);
      }
    }
    rows += block.size();
    block.clear();
    blockBytes = 0;
  }

  /** Writes down the last block of a commit; returns how many rows the commit has. */
  int end(long timeMillis) throws SQLException {
    endBlock(timeMillis);
    forgetLast();
    int all = rows;
    rows = 0;
    return all;
  }

  /** After a transaction that failed; the channels are read anew. */
  void clear() {
    rows = 0;
    block.clear();
    blockBytes = 0;
    forgetLast();
  }

  // It may be let go of when the commit ends.
  private void forgetLast() {
    lastName = null;
    lastState = null;
  }
}
