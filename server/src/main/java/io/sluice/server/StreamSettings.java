package io.sluice.server;

import java.time.Duration;

/**
 * How streams behave.
 *
 * <p>Immutable.
 *
 * @param heartbeat how long a stream may be silent
 * @param retry how long a client waits before it reconnects: the {@code retry:} line
 * @param writeTimeout after how long without any progress a stalled connection is closed
 * @param time whether every frame has a {@code time:} line, milliseconds since 1970
 * @param buffer hub-wide budget for output that sockets haven't taken
 * @param gzipAbove larger data is compressed for those who ask for that
 */
public record StreamSettings(
    HeartbeatInterval heartbeat,
    Duration retry,
    Duration writeTimeout,
    boolean time,
    ByteSize buffer,
    ByteSize gzipAbove) {}
