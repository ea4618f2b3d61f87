/** The hub: publishers append, subscribers are cursors that event loops move towards the head. */
@NullMarked
package io.sluice.hub;

import org.jspecify.annotations.NullMarked;
