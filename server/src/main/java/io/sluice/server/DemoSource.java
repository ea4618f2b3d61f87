package io.sluice.server;

import io.sluice.event.Publication;
import java.time.Instant;
import java.util.List;

/** What one of the demo's streams has to tell at a moment. One caller at a time. */
@FunctionalInterface
interface DemoSource {

  /** The next events of the stream, none if there is nothing to tell. */
  List<Publication> next(Instant now);
}
