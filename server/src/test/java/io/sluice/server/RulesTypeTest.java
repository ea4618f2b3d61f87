package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.access.Rule;
import io.sluice.access.Rules;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RulesTypeTest {

  private static final String WORDS =
      "; allowed: anyone, authenticated, subject, role:name, scope:name, claim:name=value or"
          + " nobody; several in a list";

  private static final String EXAMPLE =
      "; allowed: channel patterns with any of subscribe, publish, history and presence, such as"
          + " {\"users/{sub}/**\": {subscribe: subject, publish: \"role:service\"}}";

  private final TypeFixture<Rules> rules = new TypeFixture<>("rules", new RulesType());

  @Test
  void rulesAreReadInOrder() {
    assertThat(
            rules.read(
                """
                "users/{sub}/**": { subscribe: subject, publish: "role:service" }
                "room/*":
                  subscribe: ["role:x, scope:y", anyone]
                  publish: authenticated, role:bot
                "public/**": {}
                """))
        .isEqualTo(
            Rules.of(
                List.of(
                    Rule.parse(
                        "users/{sub}/**",
                        Map.of("subscribe", "subject", "publish", "role:service")),
                    Rule.parse(
                        "room/*",
                        Map.of(
                            "subscribe",
                            "role:x, scope:y, anyone",
                            "publish",
                            "authenticated, role:bot")),
                    Rule.parse("public/**", Map.of()))));
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    Rules read =
        rules.read(
            """
            "users/{sub}/**": { subscribe: subject, publish: anyone, history: nobody }
            "{claim.https://app.example/t}/*": { presence: "claim:a=b, role:c:d" }
            "**": { subscribe: authenticated }
            """);

    assertThat(rules.writtenAndRead(read)).isEqualTo(read);
  }

  @Test
  void noRulesAreWrittenAndReadToo() {
    assertThat(rules.read("{}")).isEqualTo(Rules.of(List.of()));
    assertThat(rules.writtenAndRead(Rules.of(List.of()))).isEqualTo(Rules.of(List.of()));
  }

  @Test
  void oneLineOfTextIsReadAsYaml() {
    assertThat(rules.read(new ConfigValue.Text("{a: {subscribe: anyone}}")))
        .isEqualTo(Rules.of(List.of(Rule.parse("a", Map.of("subscribe", "anyone")))));
  }

  @Test
  void everyMistakeIsToldWhereItStands() {
    assertThat(
            rules.problems(
                """
                "a**": { subscribe: anyone }
                "users/{id}/**": { subscribe: everyone }
                b: subject
                c:
                  subscirbe: anyone
                  write: anyone
                  publish: everyone
                  history: []
                  presence: { a: b }
                d:
                  publish: [anyone, [role:x]]
                  subscribe: [nobody, role:x]
                  history:
                """))
        .containsExactly(
            "rules: channel \"a**\" has a * inside a segment; * stands for a whole one"
                + " (sluice.yaml:1); allowed: a channel, or a pattern such as news/*,"
                + " users/{sub}/** or tenants/{claim.tenant}/**",
            "rules: channel \"users/{id}/**\" has other braces than {sub} and {claim.name}"
                + " (sluice.yaml:2); allowed: a channel, or a pattern such as news/*,"
                + " users/{sub}/** or tenants/{claim.tenant}/**",
            "rules.users/{id}/**.subscribe: everyone is not one of the words (sluice.yaml:2)"
                + WORDS,
            "rules.b: subject is not a mapping (sluice.yaml:3)" + EXAMPLE,
            "rules.c.subscirbe: unknown setting (sluice.yaml:5); did you mean rules.c.subscribe?",
            "rules.c.write: unknown setting (sluice.yaml:6);"
                + " allowed: subscribe, publish, history, presence",
            "rules.c.publish: everyone is not one of the words (sluice.yaml:7)" + WORDS,
            "rules.c.history: an empty list lets nobody in (sluice.yaml:8)" + WORDS,
            "rules.c.presence: a mapping is not a value (sluice.yaml:9)" + WORDS,
            "rules.d.publish: a list is not a value (sluice.yaml:11)" + WORDS,
            "rules.d.subscribe: nobody can't stand with others (sluice.yaml:12)" + WORDS,
            "rules.d.history: nothing is not one of the words (sluice.yaml:13)" + WORDS);
  }

  @Test
  void whatIsNotAMappingIsRefused() {
    assertThat(rules.problems("[a, b]"))
        .containsExactly("rules: a list is not a mapping (sluice.yaml)" + EXAMPLE);
  }

  @Test
  void whatWouldOpenEverybodysChannelsIsRefused() {
    assertThat(
            rules.problems(
                """
                "users/{sub}/**":
                  subscribe: anyone
                  publish: anyone
                  history: [subject, authenticated]
                public: { publish: subject }
                """))
        .containsExactly(
            "rules.users/{sub}/**.subscribe: anyone would let everybody read everybody's;"
                + " say subject, or write users/*/** (sluice.yaml:2)",
            "rules.users/{sub}/**.history: authenticated would let everybody read everybody's;"
                + " say subject, or write users/*/** (sluice.yaml:4)",
            "rules.public.publish: subject needs {sub} or {claim.name} in the pattern"
                + " (sluice.yaml:5)");
  }

  @Test
  void aRuleThatNeverCountsIsRefused() {
    assertThat(
            rules.problems(
                """
                "news/**": { subscribe: anyone }
                "news/secret": { subscribe: role:staff }
                "users/*/**": { subscribe: role:staff }
                "users/{sub}/**": { subscribe: subject }
                news: { subscribe: anyone }
                """))
        .containsExactly(
            "rules.news/secret: never counts, because news/** comes first and matches all of it"
                + " (sluice.yaml:2); put it before news/** (sluice.yaml:1)",
            "rules.users/{sub}/**: never counts, because users/*/** comes first and matches all of"
                + " it (sluice.yaml:4); put it before users/*/** (sluice.yaml:3)");
  }
}
