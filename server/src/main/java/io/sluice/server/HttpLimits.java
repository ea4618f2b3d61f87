package io.sluice.server;

import java.time.Duration;

/**
 * What the server takes from a client before it has decided anything about it.
 *
 * <p>Immutable.
 *
 * @param headBytes a request's head, request line and header fields, in bytes
 * @param connections sockets open at the same time; one more is answered 503 and closed
 * @param headTimeout how long a request's head may take from its first byte (or from the
 *     connection's beginning) to its last
 * @param idleTimeout how long a connection may wait for its next request
 * @param bodyTimeout how long a request's body may make no progress
 * @param writeTimeout how long a client may take nothing of what is sent to it; the kernel counts
 *     it too where it can ({@code TCP_USER_TIMEOUT})
 */
record HttpLimits(
    int headBytes,
    int connections,
    Duration headTimeout,
    Duration idleTimeout,
    Duration bodyTimeout,
    Duration writeTimeout) {

  /** Header fields of one request. A browser sends about 20. */
  static final int MAX_HEADER_FIELDS = 100;

  HttpLimits {
    if (headBytes < 1024) {
      throw new IllegalArgumentException("headBytes must be at least 1024: " + headBytes);
    }
    if (connections < 1) {
      throw new IllegalArgumentException("connections must be at least 1: " + connections);
    }
  }

  /** 16 KiB of head in 10 s, 20,000 connections, 75 s idle, 30 s for a stalled body or reader. */
  static HttpLimits standard() {
    return new HttpLimits(
        16 << 10,
        20_000,
        Duration.ofSeconds(10),
        Duration.ofSeconds(75),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30));
  }
}
