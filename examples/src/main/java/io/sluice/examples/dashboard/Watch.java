package io.sluice.examples.dashboard;

import java.util.Optional;

/**
 * One rule, and how it stands: raised once the figure has been above the threshold for the rule's
 * time, cleared once it hasn't been for as long, so that a figure that flutters around the
 * threshold isn't an alert each time.
 *
 * <p>One caller at a time.
 */
final class Watch {

  private final Rule rule;
  private boolean raised;

  /** Since when it has been the other way than it stands; -1 while it isn't. */
  private long otherwiseSince = -1;

  /**
   * @param raised how it stands: an alert outlives a restart
   */
  Watch(Rule rule, boolean raised) {
    this.rule = rule;
    this.raised = raised;
  }

  Rule rule() {
    return rule;
  }

  boolean isRaised() {
    return raised;
  }

  /** Looks at the next sample; tells of an alert that is raised or cleared by it. */
  Optional<Alert> look(Sample sample) {
    Double value = sample.figures().get(rule.figure());
    if (value == null) {
      return Optional.empty(); // nothing was measured: neither a reason to raise nor to clear
    }
    if (value > rule.above() == raised) {
      otherwiseSince = -1;
      return Optional.empty();
    }
    if (otherwiseSince < 0) {
      otherwiseSince = sample.at();
    }
    if (sample.at() - otherwiseSince < rule.seconds() * 1000L) {
      return Optional.empty();
    }
    raised = !raised;
    otherwiseSince = -1;
    return Optional.of(new Alert(sample.at(), rule, raised, value));
  }
}
