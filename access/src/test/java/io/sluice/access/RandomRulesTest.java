package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.access.Decision.Allowed;
import io.sluice.event.ChannelPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Random rules, identities and patterns. A pattern never allows more than its channels do one by
 * one, and a channel is decided as a plain reading of the rules has it.
 *
 * <p>{@code -Dsluice.seed} replays a failure, {@code -Dsluice.schedules} says how many to run.
 */
class RandomRulesTest {

  private static final int ROUNDS = 1000;
  private static final String PRESENCE = "@presence";
  private static final List<String> SEGMENTS = List.of("a", "b", "alice");
  private static final List<ChannelPattern> UNIVERSE = universe();

  private Random random = new Random();

  /** Every channel of up to three of the segments, each with who is in it. */
  private static List<ChannelPattern> universe() {
    List<String> names = new ArrayList<>(SEGMENTS);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.split("/").length < 3) {
        SEGMENTS.forEach(segment -> names.add(name + "/" + segment));
      }
    }
    List.copyOf(names).forEach(name -> names.add(name + "/" + PRESENCE));
    return names.stream().map(ChannelPattern::parse).toList();
  }

  @Test
  void aPatternNeverAllowsMoreThanItsChannelsDo() {
    long seed = Long.getLong("sluice.seed", ThreadLocalRandom.current().nextInt(1 << 30));
    int rounds = Integer.getInteger("sluice.schedules", ROUNDS);
    System.out.println(rounds + " random sets of rules from seed " + seed);
    int allowed = 0;
    for (int i = 0; i < rounds; i++) {
      random = new Random(seed + i);
      allowed += round("seed " + (seed + i));
    }
    // Or it would have shown nothing.
    assertThat(allowed).isGreaterThan(rounds / 10);
  }

  /** How many patterns were allowed. */
  private int round(String seed) {
    Rules rules = Rules.of(some(4, this::rule));
    Identity who = identity();
    int allowed = 0;
    for (Action action : Action.values()) {
      for (ChannelPattern channel : UNIVERSE) {
        assertThat(isAllowed(rules, who, action, channel))
            .as("%s: %s %s by %s %s", seed, action, channel, describe(who), rules.rules())
            .isEqualTo(new PlainReading(rules, who).allows(action, channel.toString()));
      }
      for (ChannelPattern pattern : some(6, this::pattern)) {
        if (isAllowed(rules, who, action, pattern)) {
          allowed += pattern.isExact() ? 0 : 1;
          checkChannels(seed, rules, who, action, pattern);
        }
      }
    }
    return allowed;
  }

  private static void checkChannels(
      String seed, Rules rules, Identity who, Action action, ChannelPattern pattern) {
    for (ChannelPattern channel : UNIVERSE) {
      if (isMeant(pattern, channel)) {
        assertThat(isAllowed(rules, who, action, channel))
            .as(
                "%s: %s %s, as %s is allowed to %s by %s",
                seed, action, channel, pattern, describe(who), rules.rules())
            .isTrue();
      }
    }
  }

  // Wildcards don't stand for @presence.
  private static boolean isMeant(ChannelPattern pattern, ChannelPattern channel) {
    return pattern.matches(channel.toString())
        && pattern.toString().endsWith(PRESENCE) == channel.toString().endsWith(PRESENCE);
  }

  private static boolean isAllowed(Rules rules, Identity who, Action action, ChannelPattern where) {
    return rules.decide(who, action, where) instanceof Allowed;
  }

  private static String describe(Identity who) {
    return who.kind()
        + " "
        + who.subject()
        + who.roles()
        + who.claims()
        + who.grants()
        + " in "
        + who.confinedTo();
  }

  // Chance

  private <T> List<T> some(int most, Supplier<T> one) {
    List<T> several = new ArrayList<>();
    for (int i = random.nextInt(most) + 1; i > 0; i--) {
      several.add(one.get());
    }
    return several;
  }

  @SafeVarargs
  private <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private Rule rule() {
    while (true) {
      try {
        ChannelTemplate template = ChannelTemplate.parse(path(true));
        Map<Action, Who> who =
            Map.of(
                Action.SUBSCRIBE,
                who(),
                Action.PUBLISH,
                who(),
                oneOf(Action.HISTORY, Action.PRESENCE),
                who());
        return new Rule(template, who);
      } catch (IllegalArgumentException e) {
        // What a rule can't say isn't asked about here.
      }
    }
  }

  private Who who() {
    String word = oneOf("anyone", "authenticated", "subject", "subject", "role:r", "claim:c=b");
    return Who.parse(oneOf(word, word, word, "nobody", word + ", scope:s"));
  }

  private ChannelPattern pattern() {
    return ChannelPattern.parse(oneOf(path(false), path(false), path(false), "**"));
  }

  private String path(boolean template) {
    List<String> path = new ArrayList<>();
    for (int i = random.nextInt(3) + 1; i > 0; i--) {
      path.add(
          oneOf("a", "b", "alice", "*", template ? "{sub}" : "*", template ? "{claim.c}" : "a"));
    }
    String last = oneOf("", "", "/**", template ? "" : "/" + PRESENCE);
    return String.join("/", path) + last;
  }

  private Identity identity() {
    if (random.nextInt(6) == 0) {
      return Identity.ANONYMOUS;
    }
    Identity who =
        new Identity(
            oneOf(Identity.Kind.TOKEN, Identity.Kind.TOKEN, Identity.Kind.KEY),
            oneOf("alice", "a", "*", "**", "a/b"),
            oneOf(Set.of(), Set.of("r")),
            oneOf(Set.of(), Set.of("s")),
            oneOf(
                Map.of(), Map.of("c", "b"), Map.of("c", List.of("a", "b", "*")), Map.of("c", "*")),
            oneOf(Grants.NONE, Grants.NONE, new Grants(some(2, this::grant), some(2, this::grant))),
            null,
            null,
            null,
            null);
    return random.nextInt(4) == 0 ? who.confinedTo(some(3, this::grant)) : who;
  }

  private ChannelPattern grant() {
    return ChannelPattern.parse(path(false));
  }

  /** What the words of the documentation mean for one channel, without regard to cost. */
  private record PlainReading(Rules rules, Identity who) {

    boolean allows(Action asked, String where) {
      if (who.confinedTo() != null && !matchesOne(who.confinedTo(), where)) {
        return false;
      }
      boolean reads = asked == Action.SUBSCRIBE || asked == Action.HISTORY;
      if (reads && where.endsWith("/" + PRESENCE)) {
        return allowsChannel(
            Action.PRESENCE, where.substring(0, where.length() - PRESENCE.length() - 1));
      }
      return allowsChannel(asked, where);
    }

    private boolean allowsChannel(Action action, String channel) {
      Grants grants = who.grants();
      boolean granted =
          switch (action) {
            case SUBSCRIBE, HISTORY -> matchesOne(grants.subscribe(), channel);
            case PUBLISH -> matchesOne(grants.publish(), channel);
            case PRESENCE ->
                grants.subscribe().stream()
                    .filter(pattern -> pattern.toString().endsWith("/" + PRESENCE))
                    .anyMatch(pattern -> isSpelled(pattern, channel + "/" + PRESENCE));
          };
      return granted
          || rules.rules().stream()
              .filter(rule -> isSpelled(rule.template().shape(), channel))
              .findFirst()
              .map(rule -> includes(rule.who(action), rule.template().toString(), channel))
              .orElse(false);
    }

    private static boolean matchesOne(List<ChannelPattern> patterns, String channel) {
      return patterns.stream().anyMatch(pattern -> isSpelled(pattern, channel));
    }

    // Letter by letter: that wildcards don't stand for @presence in subscriptions is said above.
    private static boolean isSpelled(ChannelPattern pattern, String channel) {
      return Pattern.matches(
          pattern.toString().replace("**", "(.+)").replace("*", "[^/]+").replace("(.+)", ".+"),
          channel);
    }

    private boolean includes(Who those, String template, String channel) {
      return switch (those.toString()) {
        case "anyone" -> true;
        case "nobody" -> false;
        case "authenticated" -> who.kind() != Identity.Kind.ANONYMOUS;
        case "role:r" -> who.roles().contains("r");
        case "scope:s" -> who.scopes().contains("s");
        case "claim:c=b" -> values().contains("b");
        case "subject" -> isOwn(template.split("/"), channel.split("/"));
        default -> {
          boolean any = false;
          for (String word : those.toString().split(", ", -1)) {
            any |= includes(Who.parse(word), template, channel);
          }
          yield any;
        }
      };
    }

    private List<?> values() {
      Object claim = who.claims().get("c");
      return claim instanceof List<?> several
          ? several
          : claim == null ? List.of() : List.of(claim);
    }

    private boolean isOwn(String[] template, String[] channel) {
      boolean own = true;
      for (int i = 0; i < template.length; i++) {
        if (template[i].equals("{sub}")) {
          own &= who.kind() == Identity.Kind.TOKEN && Objects.equals(who.subject(), channel[i]);
        } else if (template[i].equals("{claim.c}")) {
          own &= values().contains(channel[i]);
        }
      }
      return own;
    }
  }
}
