package io.sluice.access;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Whose use is counted together: a subject's, however it was shown, or an address'. Immutable. */
sealed interface Account {

  /**
   * Somebody.
   *
   * @param key whether it is an API key; one may have a name that a subject has too
   */
  record Subject(String name, boolean key) implements Account {
    @Override
    public String toString() {
      return (key ? "key " : "subject ") + name;
    }
  }

  /** Whoever comes from there and doesn't say who it is. */
  record Address(AddressBlock block) implements Account {
    @Override
    public String toString() {
      return "address " + block;
    }
  }

  /** Who an identity is; null for nobody in particular. */
  static @Nullable Subject ofSubject(Identity who) {
    return who.subject() == null
        ? null
        : new Subject(who.subject(), who.kind() == Identity.Kind.KEY);
  }

  /** Who an identity is, or else where it comes from. */
  static Account of(Identity who, InetAddress address) {
    Account subject = ofSubject(who);
    return subject != null ? subject : new Address(AddressBlock.of(address));
  }
}
