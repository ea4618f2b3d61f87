package io.sluice.client;

import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Events that this subscription should have had and can't get any more. Most applications load
 * their state afresh when they get one.
 *
 * <p>Immutable. Source: {@code docs/wire-format.md}, “gap”.
 *
 * @param id the position to go on from
 * @param reason why
 * @param after the position before the gap, null if the server doesn't say
 * @param next the first event that will come, null if there is none yet
 * @param missed how many are missing, empty where nobody knows
 */
public record Gap(
    String id, Reason reason, @Nullable String after, @Nullable String next, OptionalLong missed)
    implements Delivery {

  /** Why events are missing. */
  public enum Reason {
    /** The client was away for longer than events are kept. */
    EVICTED,
    /** The client's position is of another life of the hub's log, or of none. */
    RESET,
    /** The client is connected, but read so slowly that its next event went. */
    SLOW,
    /** Something that this version of the client doesn't know. */
    OTHER;

    static Reason of(String wireName) {
      for (Reason reason : values()) {
        if (reason.name().toLowerCase(Locale.ROOT).equals(wireName)) {
          return reason;
        }
      }
      return OTHER;
    }
  }
}
