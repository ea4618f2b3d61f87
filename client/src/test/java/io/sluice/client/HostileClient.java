package io.sluice.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that hostile servers are played to. */
interface HostileClient {

  /**
   * Connects, and tells of all that happens.
   *
   * @return stops it
   */
  AutoCloseable start(Task task, Report report) throws Exception;

  /**
   * What a client is told.
   *
   * @param silence after which a connection is dead; null: nothing is said
   * @param maxEvent bytes of the longest event; 0: nothing is said
   * @param tokens one after another
   */
  record Task(URI uri, @Nullable Duration silence, int maxEvent, List<String> tokens) {}

  /** Takes what a client tells. Thread-safe. */
  interface Report {

    /**
     * An event.
     *
     * @param id null where the client doesn't tell
     */
    void event(@Nullable String id, String type, String data);

    /** It has ended for good, and says this of it. */
    void closed(String said);
  }
}
