package io.sluice.redis;

import io.lettuce.core.api.StatefulRedisConnection;
import io.sluice.log.Epochs;

/**
 * A node's time on one connection, from when it has joined. What it sends is done only as long as
 * the session is its newest, and the log is the one that it knows.
 *
 * <p>Immutable.
 *
 * @param connection on which it writes
 * @param server what the server is, in this life of its process
 * @param generation of the node: the next session ends this one
 * @param epochs the lives of the log
 * @param head the newest sequence when it joined
 * @param timeMillis when that was appended
 */
record Session(
    StatefulRedisConnection<byte[], byte[]> connection,
    String server,
    long generation,
    Epochs epochs,
    long head,
    long timeMillis) {}
