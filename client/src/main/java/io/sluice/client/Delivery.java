package io.sluice.client;

/**
 * What a stream gives, in its order: an event, or word of events that are missing. A {@code switch}
 * over it has to say what is done about both.
 *
 * <p>Immutable.
 */
public sealed interface Delivery permits ReceivedEvent, Gap {

  /**
   * The position of the stream after this: what {@link EventStream#startAfter} takes to go on
   * behind it. Empty if the server gives no ids.
   */
  String id();
}
