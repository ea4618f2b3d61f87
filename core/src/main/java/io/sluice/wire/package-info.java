/** The Server-Sent Events wire format: encoding frames, and parsing a stream of them. */
@NullMarked
package io.sluice.wire;

import org.jspecify.annotations.NullMarked;
