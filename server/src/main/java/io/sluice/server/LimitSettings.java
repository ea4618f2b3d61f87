package io.sluice.server;

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
 */
public record LimitSettings(
    ByteSize event,
    int connections,
    int channelsPerConnection,
    ByteSize head,
    int idempotencyKeys) {}
