package io.sluice.log;

import java.util.List;

/** Gets what was appended to a {@link Store}, by whomever, once it is safe. */
@FunctionalInterface
public interface Tail {

  /**
   * Events are safe. Called in order and without holes, by one thread at a time.
   *
   * @param first the sequence of the first; those of the others follow
   * @param timeMillis when they were appended; never before that of events before
   * @param drafts the events, at least one
   */
  void appended(long first, long timeMillis, List<Draft> drafts);
}
