package io.sluice.cli;

import java.time.Duration;
import java.util.List;

/** What came of sending a batch of lines. */
sealed interface PublishAnswer {

  /** The hub has said what becomes of the batch. */
  sealed interface Settled extends PublishAnswer {}

  /**
   * All lines were published.
   *
   * @param ids in the order of the lines
   */
  record Published(List<String> ids) implements Settled {}

  /**
   * A line was refused for what it is. Those before it were published, those after it weren't
   * looked at.
   *
   * @param ids of the lines before
   * @param reason for people
   */
  record LineRefused(List<String> ids, String reason) implements Settled {}

  /**
   * It isn't known which lines were published, or none can be now. The batch must be sent again as
   * it is.
   *
   * @param reason for people
   * @param after how long the server asked to wait, or zero
   */
  record Unsettled(String reason, Duration after) implements PublishAnswer {}

  /** Nothing was published and sending it again won't change that. */
  record Refused(Refusal refusal) implements Settled {}
}
