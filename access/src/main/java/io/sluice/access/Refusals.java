package io.sluice.access;

import io.sluice.event.ChannelPattern;
import java.util.stream.Collectors;

/**
 * Says why somebody may not do something, and what would be needed: out of the rules and what was
 * asked for, never out of what others have.
 */
final class Refusals {

  private Refusals() {}

  static String confined(Action action, ChannelPattern where) {
    return what(action, where) + " is outside of the channels that the ticket was made for";
  }

  static String byRule(Rule rule, Action action, ChannelPattern where) {
    String because =
        rule.template().covers(where)
            ? "by the rule for " + rule.template()
            : "because it takes in some of " + rule.template();
    Who those = rule.who(action);
    return those instanceof Who.Nobody
        ? what(action, where) + " is for nobody, " + because
        : what(action, where) + " needs " + needed(those) + ", " + because;
  }

  static String leftOpen(Action action, ChannelPattern where, boolean partly) {
    return what(action, where)
        + (partly ? " is allowed by no rule for all of it" : " is allowed by no rule");
  }

  static String what(Action action, ChannelPattern where) {
    return switch (action) {
          case SUBSCRIBE -> "subscribing to ";
          case PUBLISH -> "publishing to ";
          case HISTORY -> "reading the history of ";
          case PRESENCE -> "seeing who is in ";
        }
        + where;
  }

  private static String needed(Who those) {
    return switch (those) {
      case Who.Anyone anyone -> "nothing";
      case Who.Authenticated authenticated -> "an identity";
      case Who.Subject subject -> "the caller's own values in place of the braces";
      case Who.Role role -> "the role " + role.name();
      case Who.Scope scope -> "the scope " + scope.name();
      case Who.Claim claim -> "the claim " + claim.name() + "=" + claim.value();
      case Who.Nobody nobody -> "somebody else";
      case Who.AnyOf any ->
          any.those().stream().map(Refusals::needed).collect(Collectors.joining(" or "));
    };
  }
}
