package io.sluice.access;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Counts open streams over several nodes. Each node says how many it has, never how many more: so
 * nothing that got lost on the way stays wrong for long.
 *
 * <p>Thread-safe. Nothing blocks. Calls that are made one after the other take effect in that
 * order.
 */
public interface SharedPlaces {

  /**
   * One more of somebody's.
   *
   * @param account stands for a subject or an address
   * @param own how many of it this node has with that one
   * @param bound how many all nodes may have together
   */
  record Claim(String account, int own, int bound) {}

  /**
   * Takes a place in each of these accounts, or in none.
   *
   * @return the index of the first that has no place left, -1 if all have or nobody can say; never
   *     fails
   */
  CompletableFuture<Integer> take(List<Claim> claims);

  /** This node has no more than so many of an account now. */
  void give(String account, int own);
}
