package io.sluice.presence;

/**
 * Whether a hub may tell who is there, where several share a log and one of them tells for all.
 *
 * <p>Thread-safe. Called on the hub's own loop; must not block.
 */
public interface Telling {

  /** Of a hub that is alone. */
  Telling ALWAYS = () -> true;

  /**
   * Whether it may tell now. What it may not tell now it is asked for again when something else
   * happens in the channel; who is no longer to tell at all throws its attendance away.
   */
  boolean isAllowed();

  /** A channel has members from now on, or had some who must be told to have left. */
  default void began(String channel) {}

  /**
   * It isn't known whether something was told: the log may have it, or not. Where several tell in
   * turn, whoever tells next looks there first.
   */
  default void failed() {}

  /** It has none any more, and that was told. */
  default void ended(String channel) {}
}
