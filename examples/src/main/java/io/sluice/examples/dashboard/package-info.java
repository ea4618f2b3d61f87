/**
 * Figures of this machine and of the hub, every second, with alerts. {@code Dashboard} is the
 * application, {@code Gauges} reads the figures, {@code Watch} decides when one is an alert.
 */
@NullMarked
package io.sluice.examples.dashboard;

import org.jspecify.annotations.NullMarked;
