/**
 * What nodes of a hub share beside the log: who they are, tickets, revocations, limits, presence,
 * and what one asks another. All of it is in Redis, under the prefix of the log, and {@code
 * fleet:}.
 */
@NullMarked
package io.sluice.redis.fleet;

import org.jspecify.annotations.NullMarked;
