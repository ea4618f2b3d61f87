package io.sluice.access;

import io.sluice.event.ChannelPattern;

/**
 * What {@link Rules} say to somebody who wants to do something.
 *
 * <p>Immutable.
 */
public sealed interface Decision {

  /** The code of a refusal. */
  String CODE = "forbidden-channel";

  /** The only {@link Allowed} that is needed: most decisions are this one. */
  Decision ALLOWED = new Allowed();

  /** They may. */
  record Allowed() implements Decision {}

  /**
   * They may not.
   *
   * @param where the channel or pattern as it was asked for
   * @param detail for people: the channel, and what would be needed
   */
  record Denied(ChannelPattern where, String detail) implements Decision {}

  /**
   * No rule speaks of it, or of all of it. An {@link Authorizer} may be asked; where there is none,
   * they may not.
   *
   * @param where the channel or pattern as it was asked for
   * @param detail for people: the channel, and what would be needed
   */
  record Open(ChannelPattern where, String detail) implements Decision {

    /** What it is where nobody can be asked. */
    public Denied denied() {
      return new Denied(where, detail);
    }
  }
}
