package io.sluice.server;

import java.time.Duration;

/**
 * The live streams that the server publishes itself, so that there is something to see.
 *
 * <p>Immutable.
 *
 * @param enabled whether they run; {@code auto} is already decided
 * @param stocks interval of {@code stocks/<symbol>}
 * @param metrics interval of {@code system/metrics}
 * @param notifications interval of {@code notifications/all}
 */
public record DemoSettings(
    boolean enabled, Duration stocks, Duration metrics, Duration notifications) {}
