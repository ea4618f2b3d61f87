package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.event.ChannelPattern;
import io.sluice.event.InvalidEventException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelTemplateTest {

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b",
    "a/*/**, a/*/**",
    "users/{sub}/**, users/*/**",
    "{sub}, *",
    "{claim.tenant}/{sub}, */*",
    "t/{claim.realm.id}/x, t/*/x",
    "t/{claim.https://app.example/tenant}/x, t/*/x",
    "users/@me2, users/@me2",
    "me/@me, me/@me",
    "a/@presence/b, a/@presence/b",
  })
  void bracesStandForOneSegment(String text, String shape) {
    ChannelTemplate template = ChannelTemplate.parse(text);

    assertThat(template.shape()).isEqualTo(ChannelPattern.parse(shape));
    assertThat(template).hasToString(text);
    assertThat(template.hasBraces()).isEqualTo(text.contains("{"));
    assertThat(template).isEqualTo(ChannelTemplate.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "users/{subject}/x | channel \"users/{subject}/x\" has other braces than {sub} and"
            + " {claim.name}",
        "users/{}/x | channel \"users/{}/x\" has other braces than {sub} and {claim.name}",
        "{claim.} | channel \"{claim.}\" has other braces than {sub} and {claim.name}",
        "{{sub}} | channel \"{{sub}}\" has other braces than {sub} and {claim.name}",
        "{claim.a}x} | channel \"{claim.a}x}\" has other braces than {sub} and {claim.name}",
        "users/x{sub} | channel \"users/x{sub}\" has braces that aren't a whole segment, such as"
            + " users/{sub}/inbox",
        "users/{sub}x/y | channel \"users/{sub}x/y\" has braces that aren't a whole segment, such"
            + " as users/{sub}/inbox",
        "users/{sub | channel \"users/{sub\" has braces that aren't a whole segment, such as"
            + " users/{sub}/inbox",
        "users/sub} | channel \"users/sub}\" has braces that aren't a whole segment, such as"
            + " users/{sub}/inbox",
        "users/@me/** | channel \"users/@me/**\" says @me, which is for who subscribes; a rule says"
            + " {sub}",
        "room/*/@presence | channel \"room/*/@presence\" is about who is there; say that as"
            + " presence in the rule of the channel itself",
        "a** | channel \"a**\" has a * inside a segment; * stands for a whole one",
        "users/{sub}//x | users/{sub}//x: channel \"users/*//x\" has an empty segment",
        "/{sub} | /{sub}: channel \"/*\" has an empty segment",
      })
  void whatIsNoTemplateIsRefusedWithTheReason(String text, String message) {
    assertThatThrownBy(() -> ChannelTemplate.parse(text))
        .isInstanceOfSatisfying(
            InvalidEventException.class,
            refused -> assertThat(refused.code()).isEqualTo("invalid-channel"))
        .hasMessage(message);
  }

  @Test
  void anEmptyOneIsRefused() {
    assertThatThrownBy(() -> ChannelTemplate.parse("")).isInstanceOf(InvalidEventException.class);
  }

  private static Identity with(String subject, Map<String, Object> claims) {
    return new Identity(
        Identity.Kind.SESSION,
        subject,
        Set.of(),
        Set.of(),
        claims,
        Grants.NONE,
        null,
        null,
        null,
        null);
  }

  @ParameterizedTest
  @CsvSource({
    "{claim.https://app.example/tenant}, acme, true",
    "{claim.https://app.example/tenant}, other, false",
    "{claim.realm.id}, r1, true",
    "{claim.realm.names}, n2, true",
    "{claim.a.b}, whole, true",
    "{claim.a.b}, inner, false",
    "{claim.realm}, r1, false",
    "{claim.missing}, null, false",
    "{claim.realm.id.more}, r1, false",
    "{claim.number}, 12, true",
    "{claim.number}, 012, false",
    "{claim.truth}, true, true",
    "{claim.nested}, x, false",
    "{sub}/{claim.number}, dora/12, true",
    "{sub}/{claim.number}, dora/13, false",
    "{sub}/{claim.number}, dave/12, false",
    "{sub}/{sub}, dora/dora, true",
    "{sub}/{sub}, dora/*, false",
    "{sub}/**, dora/a/b, true",
    "{sub}/**, **, false",
    "a/{sub}/**, a, false",
  })
  void ownIsWhatHasTheCallersValuesInAllBraces(String template, String pattern, boolean own) {
    Identity dora =
        with(
            "dora",
            Map.of(
                "https://app.example/tenant",
                "acme",
                "realm",
                Map.of("id", "r1", "names", List.of("n1", "n2")),
                "a.b",
                "whole",
                "a",
                Map.of("b", "inner"),
                "number",
                12L,
                "truth",
                true,
                "nested",
                List.of(List.of("x"), Map.of("x", "x"))));

    assertThat(ChannelTemplate.parse(template).isOwn(dora, ChannelPattern.parse(pattern)))
        .isEqualTo(own);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "anonymous", "a"})
  void nobodyOwnsNothing(String segment) {
    ChannelPattern where = ChannelPattern.parse(segment);

    assertThat(ChannelTemplate.parse("{sub}").isOwn(Identity.ANONYMOUS, where)).isFalse();
    assertThat(ChannelTemplate.parse("a").isOwn(with("a", Map.of()), where)).isFalse();
  }
}
