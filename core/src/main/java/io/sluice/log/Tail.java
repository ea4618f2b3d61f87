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

  /**
   * The log goes on past events that the tail isn't given: it was lost in part and lives on in
   * another life, or more has come than could be given. Only stores that several nodes share do
   * this. Called between the others, by the same thread.
   *
   * @param lives those that hold from here on, the present one last
   * @param to the sequence after which the tail goes on; at least that of the newest event given
   * @param timeMillis when the newest event up to there was appended; 0 if that isn't known
   */
  default void jumped(Epochs lives, long to, long timeMillis) {
    throw new UnsupportedOperationException("this tail takes what follows, and nothing else");
  }
}
