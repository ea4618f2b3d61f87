package io.sluice.access;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what with the channels that a template is about.
 *
 * <p>Immutable.
 *
 * @param template which channels
 * @param who for every action; what is left out is {@code nobody} for subscribing and publishing,
 *     and the same as subscribing for history and presence
 */
public record Rule(ChannelTemplate template, Map<Action, Who> who) {

  /**
   * @throws IllegalArgumentException with the {@link #objection} to one of them
   */
  public Rule {
    Map<Action, Who> whole = new EnumMap<>(Action.class);
    whole.put(Action.SUBSCRIBE, new Who.Nobody());
    whole.put(Action.PUBLISH, new Who.Nobody());
    whole.putAll(who);
    whole.putIfAbsent(Action.HISTORY, whole.get(Action.SUBSCRIBE));
    whole.putIfAbsent(Action.PRESENCE, whole.get(Action.SUBSCRIBE));
    whole.forEach(
        (action, those) -> {
          String objection = objection(template, action, those);
          if (objection != null) {
            throw new IllegalArgumentException(template + ": " + word(action) + ": " + objection);
          }
        });
    who = Collections.unmodifiableMap(whole);
  }

  /**
   * Reads the text form: a template, and for actions in lower case the words of {@link Who}.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  public static Rule parse(String template, Map<String, String> words) {
    Map<Action, Who> who = new EnumMap<>(Action.class);
    words.forEach((action, those) -> who.put(action(action), Who.parse(those)));
    return new Rule(ChannelTemplate.parse(template), who);
  }

  private static Action action(String word) {
    for (Action action : Action.values()) {
      if (word(action).equals(word)) {
        return action;
      }
    }
    throw new IllegalArgumentException(word + " is not subscribe, publish, history or presence");
  }

  /** The text form of {@link #who}: {@code subscribe} and its like, with words of {@link Who}. */
  public Map<String, String> words() {
    Map<String, String> words = new LinkedHashMap<>();
    who.forEach((action, those) -> words.put(word(action), those.toString()));
    return words;
  }

  /** Whom it lets do something. */
  public Who who(Action action) {
    Who those = who.get(action);
    return those == null ? new Who.Nobody() : those;
  }

  /** Why a rule can't say this, null if it can. */
  public static @Nullable String objection(ChannelTemplate template, Action action, Who those) {
    return switch (those) {
      case Who.Subject subject when !template.hasBraces() ->
          "subject needs {sub} or {claim.name} in the pattern";
      case Who.Anyone anyone when template.hasBraces() && action != Action.PUBLISH ->
          wouldOpen(template, those);
      case Who.Authenticated authenticated when template.hasBraces() && action != Action.PUBLISH ->
          wouldOpen(template, those);
      case Who.AnyOf any ->
          any.those().stream()
              .map(one -> objection(template, action, one))
              .filter(objection -> objection != null)
              .findFirst()
              .orElse(null);
      default -> null;
    };
  }

  private static String wouldOpen(ChannelTemplate template, Who those) {
    return those
        + " would let everybody read everybody's; say subject, or write "
        + template.shape();
  }

  static String word(Action action) {
    return action.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return template + ": " + words();
  }
}
