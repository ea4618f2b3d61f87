/**
 * A real hub in tests. {@link io.sluice.testing.SluiceTest} starts one for each test and hands it
 * to its parameters; {@link io.sluice.testing.TestHub} is the hub, with a network that fails when
 * it is told to; {@link io.sluice.testing.StreamProbe} waits for events.
 */
@NullMarked
package io.sluice.testing;

import org.jspecify.annotations.NullMarked;
