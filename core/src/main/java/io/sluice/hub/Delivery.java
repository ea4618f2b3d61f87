package io.sluice.hub;

import io.sluice.event.Event;
import io.sluice.wire.Control;

/** What a subscription brings. A gap is a value among the events, so that nobody overlooks it. */
public sealed interface Delivery {

  /** An event. */
  record Received(Event event) implements Delivery {}

  /** Events before the next one can't be had any more. */
  record Missed(Control.Gap gap) implements Delivery {}
}
