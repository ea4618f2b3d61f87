/** What a subscriber asked for: patterns, types, and where to begin. */
@NullMarked
package io.sluice.subscription;

import org.jspecify.annotations.NullMarked;
