package io.sluice.server;

import java.time.Duration;
import java.util.Optional;

/**
 * How a hub takes part in a fleet of hubs on one log.
 *
 * <p>Immutable.
 *
 * @param name what the ids of its streams begin with, and what no other node that runs is called;
 *     none for a random one
 * @param lease how long it counts as there after it was last heard of
 */
public record NodeSettings(Optional<String> name, Duration lease) {}
