package io.sluice.hub;

import io.sluice.log.Store;
import java.util.Map;

/** A store that a schedule drives, in one thread: what takes time in others happens when told. */
interface ScheduledStore extends AutoCloseable {

  /** Opens a store that holds nothing yet. */
  interface Opener {
    ScheduledStore open(HubOptions options, ManualTime time);
  }

  /** The store itself. */
  Store store();

  /** Whether a read waits for its answer. */
  boolean hasRead();

  /** Answers the oldest read. */
  void readNext();

  /** Takes the bytes of what a channel has given up, or of any channel. */
  void trim(String channel);

  /** Gives up what is too old by now. */
  void expire();

  /** By channel, up to where its bytes are gone. */
  Map<String, Long> lost();

  /** Gives back what it takes outside the memory. */
  @Override
  void close();
}
