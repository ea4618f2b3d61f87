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

  /** What {@link #parse} reads, for other nodes: {@code s:42}, {@code k:name}, {@code a:bits}. */
  default String code() {
    return switch (this) {
      case Subject(String name, boolean key) -> (key ? "k:" : "s:") + name;
      case Address(AddressBlock block) -> "a:" + Long.toHexString(block.bits());
    };
  }

  /**
   * Reads a {@link #code}.
   *
   * @throws IllegalArgumentException if it isn't one
   */
  static Account parse(String code) {
    String rest = code.length() < 2 ? "" : code.substring(2);
    return switch (code.length() < 2 ? "" : code.substring(0, 2)) {
      case "s:" -> new Subject(rest, false);
      case "k:" -> new Subject(rest, true);
      case "a:" -> new Address(new AddressBlock(Long.parseUnsignedLong(rest, 16)));
      default -> throw new IllegalArgumentException("not an account: " + code);
    };
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
