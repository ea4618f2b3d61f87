package io.sluice.client;

import java.util.function.Supplier;

/**
 * What is shown to a server. Immutable; suppliers are asked before each connection, by the thread
 * that makes it.
 */
sealed interface Credential {

  /** Nothing. */
  record None() implements Credential {}

  /**
   * In the header {@code Authorization}, as a bearer token (RFC 6750).
   *
   * @param renewable whether the supplier may have another one next time
   */
  record Token(Supplier<String> supplier, boolean renewable) implements Credential {}

  /** In the query: a one-time ticket. */
  record Ticket(Supplier<String> supplier) implements Credential {}

  /** Whether asking again may bring another one. */
  default boolean isRenewable() {
    return switch (this) {
      case None none -> false;
      case Token token -> token.renewable();
      case Ticket ticket -> true;
    };
  }
}
