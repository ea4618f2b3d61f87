/** The ordered log in wire format: append, read from a position, retention, cleaning. */
@NullMarked
package io.sluice.log;

import org.jspecify.annotations.NullMarked;
