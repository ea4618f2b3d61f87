package io.sluice.hub;

import io.sluice.event.EventId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a stream at one moment, or at its end.
 *
 * @param id names it
 * @param owner whose it is, as {@link StreamRequest} said
 * @param peer where it goes
 * @param channels what it is subscribed to
 * @param types the types it wants, none for all
 * @param packing how it wants its events
 * @param opened when it began
 * @param age how long it is, or was, open
 * @param cameWith the sequence that the client came with, or null
 * @param position up to where it has all that it wants
 * @param lag how many sequence numbers lie between it and the head
 * @param delivered events that its outlet took
 * @param replayed how many of those came from before it was opened
 * @param bytes bytes that its outlet took
 * @param quiet how long ago it last took something
 * @param pendingBytes bytes taken that the socket hasn't accepted
 * @param blocked whether it waits for room
 * @param reason why it ended, or null while it is open
 */
public record StreamFigures(
    String id,
    @Nullable Object owner,
    String peer,
    List<String> channels,
    List<String> types,
    Packing packing,
    Instant opened,
    Duration age,
    @Nullable Long cameWith,
    EventId position,
    long lag,
    long delivered,
    long replayed,
    long bytes,
    Duration quiet,
    int pendingBytes,
    boolean blocked,
    @Nullable CloseReason reason) {

  /** On the stream's loop. */
  static StreamFigures of(
      Stream stream, EventId position, long newest, Duration quiet, @Nullable CloseReason reason) {
    return new StreamFigures(
        stream.id,
        stream.owner,
        stream.outlet.peer(),
        stream.subscription().channels(),
        stream.subscription().types(),
        stream.view.packing,
        stream.opened(),
        Duration.ofMillis(Math.max(0, stream.loop.wallMillis() - stream.openedMillis)),
        stream.cameWith < 0 ? null : stream.cameWith,
        position,
        Math.max(0, newest - position.sequence()),
        stream.delivered,
        stream.replayed,
        stream.bytes,
        quiet,
        stream.outlet.pendingBytes(),
        stream.state == Stream.State.BLOCKED,
        reason);
  }
}
