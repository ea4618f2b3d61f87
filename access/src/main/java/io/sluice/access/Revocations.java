package io.sluice.access;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What was taken back. Small, so that it can be shared by several nodes: each of them answers
 * {@link #isRevoked} from its own memory.
 *
 * <p>Thread-safe. Nothing blocks.
 */
public interface Revocations {

  /** What became of a revocation. */
  enum Outcome {
    /** It holds from now on. */
    REVOKED,
    /** There are as many as there may be. Nothing changed; older ones must run out first. */
    FULL
  }

  /**
   * Takes back, then tells those who listen. What was taken back already stays so for the longer of
   * both times.
   */
  CompletableFuture<Outcome> revoke(Revocation revocation);

  /** Whether the identity was taken back and would still be good otherwise. */
  boolean isRevoked(Identity identity);

  /**
   * Has a listener told of each revocation, after it holds, on the thread that came with it; it
   * must be quick.
   *
   * <p>Who keeps something open for an identity puts it where its listener looks first, and then
   * asks {@link #isRevoked}: whichever comes first, one of the two sees the other.
   */
  void onRevoked(Consumer<Revocation> listener);

  /** How many there are, some of them perhaps run out. */
  int size();
}
