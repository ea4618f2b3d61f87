package io.sluice.log;

/**
 * An idempotency key that survived, and what its publish came to.
 *
 * <p>Immutable.
 *
 * @param key the publisher's, as it was given to {@link Append}
 * @param first the sequence of its first event
 * @param count how many events it was
 * @param timeMillis when, in milliseconds since 1970
 */
public record KeptKey(String key, long first, int count, long timeMillis) {}
