/**
 * Takes every event into account exactly once, by keeping the position with what was made of it.
 */
@NullMarked
package io.sluice.examples.ledger;

import org.jspecify.annotations.NullMarked;
