package io.sluice.access;

/**
 * Is told what was taken out of buckets, so that other nodes take it out of theirs.
 *
 * <p>Thread-safe; called often, and must be quick.
 */
@FunctionalInterface
public interface Spending {

  /** Of a node that is alone. */
  Spending ALONE = (account, amounts) -> {};

  /**
   * Somebody has taken something.
   *
   * @param account stands for a subject or an address
   * @param amounts of each of the limit's buckets, in its order
   */
  void spent(String account, long... amounts);
}
