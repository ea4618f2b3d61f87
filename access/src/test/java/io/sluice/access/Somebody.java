package io.sluice.access;

import java.util.Map;
import java.util.Set;

/** Identities for tests about something else. */
final class Somebody {

  private Somebody() {}

  /** Is no more than its kind and subject. */
  static Identity of(Identity.Kind kind, String subject) {
    return new Identity(
        kind, subject, Set.of(), Set.of(), Map.of(), Grants.NONE, null, null, null, null);
  }
}
