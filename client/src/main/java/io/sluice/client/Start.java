package io.sluice.client;

/** Where a stream begins as long as it has no position of its own. Immutable. */
sealed interface Start {

  /** With the next event. */
  record Live() implements Start {}

  /** After a position. */
  record After(String id) implements Start {}

  /** As a parameter of the query says, which only a hub understands. */
  record By(String parameter, String value) implements Start {}
}
