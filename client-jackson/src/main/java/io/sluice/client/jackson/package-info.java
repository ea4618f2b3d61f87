/** Turns the data of events into values and back, with Jackson 3. */
@NullMarked
package io.sluice.client.jackson;

import org.jspecify.annotations.NullMarked;
