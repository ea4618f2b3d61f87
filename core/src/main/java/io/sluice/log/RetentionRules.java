package io.sluice.log;

import io.sluice.event.ChannelPattern;
import io.sluice.event.InvalidEventException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which retention a channel has: that of the first rule whose pattern matches, {@link
 * Retention#DEFAULT} if none does.
 *
 * <p>Immutable.
 *
 * @param rules in order
 */
public record RetentionRules(List<Rule> rules) {

  /** One line of the rules. */
  public record Rule(ChannelPattern pattern, Retention retention) {}

  /** {@link Retention#DEFAULT} for every channel. */
  public static final RetentionRules DEFAULT = new RetentionRules(List.of());

  public RetentionRules {
    rules = List.copyOf(rules);
  }

  /** The same retention for every channel. */
  public static RetentionRules all(Retention retention) {
    return new RetentionRules(List.of(new Rule(ChannelPattern.ALL, retention)));
  }

  /**
   * With one more rule, after those that are there: it holds for channels that none of them
   * matches.
   *
   * @throws InvalidEventException with code {@code invalid-channel} if the pattern breaks the rules
   */
  public RetentionRules with(String pattern, Retention retention) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(new Rule(ChannelPattern.parse(pattern), retention));
    return new RetentionRules(more);
  }

  /** The retention of a channel. */
  public Retention of(String channel) {
    for (Rule rule : rules) {
      if (rule.pattern().matches(channel)) {
        return rule.retention();
      }
    }
    return Retention.DEFAULT;
  }
}
