package io.sluice.access;

import java.time.Instant;

/**
 * A ticket as it is given to who asked for it.
 *
 * <p>Immutable.
 *
 * @param text what to put into the URL; kept nowhere
 * @param expires from then on it is worth nothing
 */
public record Ticket(String text, Instant expires) {
  /** Names nobody's secrets. */
  @Override
  public String toString() {
    return "ticket until " + expires;
  }
}
