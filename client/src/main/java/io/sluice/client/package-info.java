/**
 * Publishes to a Sluice hub and follows event streams, of a hub or of any other server.
 *
 * <p>{@link io.sluice.client.SluiceClient} is where a program begins that talks to a hub, {@link
 * io.sluice.client.EventStream} where one begins that follows a stream of another server.
 */
@NullMarked
package io.sluice.client;

import org.jspecify.annotations.NullMarked;
