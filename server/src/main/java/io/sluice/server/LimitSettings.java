package io.sluice.server;

import io.sluice.access.Rate;
import java.util.Optional;

/**
 * What is refused because it is too much.
 *
 * <p>Immutable.
 *
 * @param event largest data of one event
 * @param connections most streams at a time
 * @param channelsPerConnection most channels and patterns of one stream
 * @param head largest request line and header fields of one request
 * @param idempotencyKeys most idempotency keys that are remembered; the oldest go first
 * @param pending most requests that are being answered at once
 * @param clients what one client may have
 * @param refuseStreams how a stream is refused that may be tried again later
 */
public record LimitSettings(
    ByteSize event,
    int connections,
    int channelsPerConnection,
    ByteSize head,
    int idempotencyKeys,
    int pending,
    Clients clients,
    RefuseStreams refuseStreams) {

  /** How a stream is refused that may be tried again later. */
  public enum RefuseStreams {
    /** With a status, 429 or 503: a native EventSource then gives up for ever. */
    STATUS,
    /** With a stream that says {@code retry:} and {@code event: rejected}, and ends. */
    STREAM
  }

  /**
   * What one client may have. On an open hub none of it holds.
   *
   * @param connectionsPerSubject most streams of one subject
   * @param connectionsPerAddress most streams of one address
   * @param attempts how often an address may open streams, ask for tickets and be refused
   * @param publishes how many events a publisher may publish, empty for no limit
   * @param publishBytes how many bytes of data a publisher may publish, empty for no limit
   */
  public record Clients(
      int connectionsPerSubject,
      int connectionsPerAddress,
      Optional<Rate> attempts,
      Optional<Rate> publishes,
      Optional<Rate> publishBytes) {

    /** No limit at all. */
    public static final Clients UNLIMITED =
        new Clients(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
  }
}
