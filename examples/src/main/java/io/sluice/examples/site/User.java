package io.sluice.examples.site;

import java.util.Set;

/**
 * Somebody who is signed in.
 *
 * <p>Immutable.
 *
 * @param name the subject of their token: a segment of a channel
 * @param roles what they are
 */
public record User(String name, Set<String> roles) {

  public User {
    roles = Set.copyOf(roles);
  }
}
