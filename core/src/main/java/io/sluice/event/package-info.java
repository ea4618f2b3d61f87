/** What is published and what is received: channels, types, ids, and the rules they keep. */
@NullMarked
package io.sluice.event;

import org.jspecify.annotations.NullMarked;
