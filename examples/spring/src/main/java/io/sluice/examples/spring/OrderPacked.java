package io.sluice.examples.spring;

import io.sluice.spring.PublishEvents;

// snippet: application-event
/** Given to Spring's ApplicationEventPublisher, and published when the transaction is committed. */
@PublishEvents(value = "users/{owner}/parcels", type = "packed")
record OrderPacked(long id, String owner) {}
// end
