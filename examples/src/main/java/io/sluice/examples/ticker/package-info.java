/** A ticker: a market that moves at random, and watchlists that change while they are watched. */
@NullMarked
package io.sluice.examples.ticker;

import org.jspecify.annotations.NullMarked;
