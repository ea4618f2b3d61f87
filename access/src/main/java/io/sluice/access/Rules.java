package io.sluice.access;

import io.sluice.access.Decision.Allowed;
import io.sluice.access.Decision.Denied;
import io.sluice.access.Decision.Open;
import io.sluice.event.ChannelPattern;
import java.util.List;
import java.util.Map;

/**
 * Who may do what with which channels: rules in order, of which the first that is about a channel
 * counts. What somebody was granted by name ({@link Grants}) adds to them; what somebody is
 * confined to bounds both.
 *
 * <p>Immutable.
 */
public final class Rules {

  // How a pattern is decided: it is allowed only if each channel that it stands for is.
  //
  // A channel is decided by the first rule that is about it. So rules are walked in order, and each
  // one that is about some of the pattern's channels must let all of them pass, until one is about
  // all of them: no later rule is the first for any. If none is, some channels are left that no
  // rule speaks of.
  //
  // It errs to one side only. A rule that denies some channels of the pattern may not be the first
  // for any of them, and two rules may be about all of it between them: both are refused.

  /** Everybody may do everything: for development, where nobody else gets in. */
  public static final Rules OPEN =
      of(List.of(Rule.parse("**", Map.of("subscribe", "anyone", "publish", "anyone"))));

  private static final Rules BY_GRANTS_ALONE =
      of(List.of(Rule.parse("users/{sub}/**", Map.of("subscribe", "subject"))));

  private final List<Rule> rules;

  private Rules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** These rules, in order. */
  public static Rules of(List<Rule> rules) {
    return new Rules(rules);
  }

  /**
   * What holds where identities are known and no rules are set: everybody may read what is below
   * {@code users/} and their subject, and whatever else they were granted.
   */
  public static Rules byGrantsAlone() {
    return BY_GRANTS_ALONE;
  }

  /** The rules, in order. */
  public List<Rule> rules() {
    return rules;
  }

  /**
   * Whether somebody may do something with a channel, or with all channels that a pattern stands
   * for. Wildcards never stand for {@code @presence}: a channel that ends so is decided as {@link
   * Action#PRESENCE} of the one before it, whether it is to be subscribed to or its history read.
   */
  public Decision decide(Identity who, Action action, ChannelPattern where) {
    List<ChannelPattern> bounds = who.confinedTo();
    if (bounds != null && !oneCovers(bounds, where)) {
      return new Denied(where, Refusals.confined(action, where));
    }
    ChannelPattern watched = reads(action) ? Presence.watchedBy(where) : null;
    if (watched == null) {
      return decideUnbounded(who, action, where);
    }
    return switch (decideUnbounded(who, Action.PRESENCE, watched)) {
      case Allowed allowed -> allowed;
      case Denied denied -> new Denied(where, denied.detail());
      case Open open -> new Open(where, open.detail());
    };
  }

  private static boolean reads(Action action) {
    return action == Action.SUBSCRIBE || action == Action.HISTORY;
  }

  private Decision decideUnbounded(Identity who, Action action, ChannelPattern where) {
    return isGranted(who.grants(), action, where) ? Decision.ALLOWED : walk(who, action, where);
  }

  private static boolean isGranted(Grants grants, Action action, ChannelPattern where) {
    return switch (action) {
      case SUBSCRIBE, HISTORY -> oneCovers(grants.subscribe(), where);
      case PUBLISH -> oneCovers(grants.publish(), where);
      // Who else is there isn't theirs to know unless it was granted by its own name.
      case PRESENCE -> oneWatches(grants.subscribe(), where);
    };
  }

  private static boolean oneCovers(List<ChannelPattern> patterns, ChannelPattern where) {
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).covers(where)) {
        return true;
      }
    }
    return false;
  }

  private static boolean oneWatches(List<ChannelPattern> patterns, ChannelPattern where) {
    for (int i = 0; i < patterns.size(); i++) {
      ChannelPattern watched = Presence.watchedBy(patterns.get(i));
      if (watched != null && watched.covers(where)) {
        return true;
      }
    }
    return false;
  }

  private Decision walk(Identity who, Action action, ChannelPattern where) {
    boolean partly = false;
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (!rule.template().intersects(where)) {
        continue;
      }
      if (!rule.who(action).includes(who, rule.template(), where)) {
        return new Denied(where, Refusals.byRule(rule, action, where));
      }
      if (rule.template().covers(where)) {
        return Decision.ALLOWED;
      }
      partly = true;
    }
    return new Open(where, Refusals.leftOpen(action, where, partly));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rules that && rules.equals(that.rules);
  }

  @Override
  public int hashCode() {
    return rules.hashCode();
  }

  @Override
  public String toString() {
    return rules.toString();
  }
}
