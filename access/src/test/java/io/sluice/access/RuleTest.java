package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTest {

  @Test
  void historyAndPresenceAreAsSubscribing() {
    Rule rule = Rule.parse("a", Map.of("subscribe", "role:x"));

    assertThat(rule.words())
        .containsExactly(
            entry("subscribe", "role:x"),
            entry("publish", "nobody"),
            entry("history", "role:x"),
            entry("presence", "role:x"));
  }

  @Test
  void whatIsNotSaidIsForNobody() {
    Rule rule = Rule.parse("a", Map.of("publish", "anyone"));

    assertThat(rule.words())
        .containsExactly(
            entry("subscribe", "nobody"),
            entry("publish", "anyone"),
            entry("history", "nobody"),
            entry("presence", "nobody"));
  }

  @Test
  void isReadAsItIsWritten() {
    Rule rule =
        Rule.parse(
            "users/{sub}/**",
            Map.of("subscribe", "subject, role:x", "publish", "anyone", "presence", "nobody"));

    assertThat(Rule.parse(rule.template().toString(), rule.words())).isEqualTo(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "users/{sub}/** | subscribe | anyone | users/{sub}/**: subscribe: anyone would let"
            + " everybody read everybody's; say subject, or write users/*/**",
        "users/{sub}/** | subscribe | authenticated | users/{sub}/**: subscribe: authenticated"
            + " would let everybody read everybody's; say subject, or write users/*/**",
        "{claim.a} | history | role:x, anyone | {claim.a}: history: anyone would let everybody read"
            + " everybody's; say subject, or write *",
        "{claim.a} | presence | anyone | {claim.a}: presence: anyone would let everybody read"
            + " everybody's; say subject, or write *",
        "users/** | publish | subject | users/**: publish: subject needs {sub} or {claim.name} in"
            + " the pattern",
        "a | read | anyone | read is not subscribe, publish, history or presence",
      })
  void whatCanNotBeMeantIsRefused(String template, String action, String who, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rule.parse(template, Map.of(action, who)))
        .withMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "users/{sub}/**, publish, anyone",
    "users/{sub}/**, publish, authenticated",
    "users/{sub}/**, publish, subject",
    "users/{sub}/**, subscribe, role:x",
    "users/{sub}/**, subscribe, scope:x",
    "users/{sub}/**, subscribe, claim:a=b",
  })
  void whatCanBeMeantIsTaken(String template, String action, String who) {
    assertThat(Rule.parse(template, Map.of(action, who)).words()).containsEntry(action, who);
  }
}
