package io.sluice.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sluice.access.Decision.Allowed;
import io.sluice.event.ChannelName;
import io.sluice.event.ChannelPattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rules are refused or read back as they are written, and a pattern never allows too much. */
class RuleFuzzTest {

  private static final List<Identity> CALLERS =
      List.of(
          Identity.ANONYMOUS,
          caller(Identity.Kind.TOKEN, "alice", Map.of("c", List.of("a", "*", "b/c"))),
          caller(Identity.Kind.TOKEN, "*", Map.of("c", "**")),
          caller(Identity.Kind.SESSION, "a/b", Map.of("c", Map.of("d", "a"), "c.d", 7)),
          caller(Identity.Kind.KEY, "alice", Map.of()));

  private static Identity caller(Identity.Kind kind, String subject, Map<String, Object> claims) {
    return new Identity(
        kind, subject, Set.of("r"), Set.of("s"), claims, Grants.NONE, null, null, null, null);
  }

  /**
   * @param lines a pattern, a channel, and then rules: a template, a space, and words with
   *     semicolons between, such as {@code subscribe=subject;publish=role:r}
   */
  @DictionaryEntries({
    "{sub}",
    "{claim.c}",
    "subscribe=",
    "publish=",
    "history=",
    "presence=",
    "anyone",
    "subject",
    "authenticated",
    "nobody",
    "role:r",
    "scope:s",
    "claim:c=a",
    ", ",
    "/@presence",
    "/**",
    "@me"
  })
  @FuzzTest
  void aPatternNeverAllowsMoreThanItsChannels(byte[] lines) {
    String[] all = new String(lines, UTF_8).split("\n", -1);
    if (all.length < 3) {
      return;
    }
    ChannelPattern pattern;
    ChannelPattern channel;
    List<Rule> parsed = new ArrayList<>();
    try {
      pattern = ChannelPattern.parse(all[0]);
      channel = ChannelPattern.parse(ChannelName.check(all[1]));
      for (int i = 2; i < all.length; i++) {
        parsed.add(rule(all[i]));
      }
    } catch (IllegalArgumentException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
      return;
    }
    Rules rules = Rules.of(parsed);
    for (Rule rule : parsed) {
      assertThat(Rule.parse(rule.template().toString(), rule.words())).isEqualTo(rule);
    }
    for (Identity who : CALLERS) {
      for (Action action : Action.values()) {
        boolean one = rules.decide(who, action, channel) instanceof Allowed;
        boolean meant =
            pattern.matches(channel.toString())
                // Wildcards never stand for who is there.
                && pattern.toString().endsWith("@presence")
                    == channel.toString().endsWith("@presence");
        if (meant && !one) {
          assertThat(rules.decide(who, action, pattern))
              .as("%s by %s", action, who.subject())
              .isNotInstanceOf(Allowed.class);
        }
      }
    }
  }

  private static Rule rule(String line) {
    int space = line.indexOf(' ');
    Map<String, String> words = new LinkedHashMap<>();
    if (space >= 0) {
      for (String word : line.substring(space + 1).split(";", -1)) {
        int equals = word.indexOf('=');
        words.put(
            equals < 0 ? word : word.substring(0, equals),
            equals < 0 ? "" : word.substring(equals + 1));
      }
    }
    return Rule.parse(space < 0 ? line : line.substring(0, space), words);
  }
}
