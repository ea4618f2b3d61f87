package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.access.Decision.Allowed;
import io.sluice.access.Decision.Denied;
import io.sluice.access.Decision.Open;
import io.sluice.event.ChannelPattern;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RulesTest {

  private static final Rules RULES =
      Rules.of(
          List.of(
              rule("users/{sub}/**", "subject", "role:service"),
              rule("tenants/{claim.tenant}/*", "subject, role:support", "subject"),
              rule("realms/{claim.realm.id}", "subject", "nobody"),
              rule("inbox/{sub}", "subject", "anyone"),
              rule("public/secret", "nobody", "nobody"),
              rule("public/**", "anyone", "authenticated"),
              rule("plans/*", "claim:plan=pro", "scope:write"),
              Rule.parse(
                  "room/*",
                  Map.of(
                      "subscribe", "anyone",
                      "publish", "authenticated",
                      "history", "authenticated",
                      "presence", "role:moderator")),
              rule("members/**", "authenticated", "nobody")));

  private static final Map<String, Identity> CAST =
      Map.of(
          "nobody", Identity.ANONYMOUS,
          "alice", user("alice", Map.of("tenant", "acme", "plan", "free")),
          "bob", user("bob", Map.of("tenant", List.of("acme", "umbrella", 7), "plan", "pro")),
          "carol", user("carol", Map.of("realm", Map.of("id", 42L), "tenant", true)),
          "star", user("*", Map.of("tenant", List.of("*", "**", "a/b"))),
          "staff", withRoles("staff", Set.of("support", "moderator")),
          "writer", withScopes("writer", Set.of("write", "read")),
          "key", Somebody.of(Identity.Kind.KEY, "alice"),
          "service", withRoles("service", Set.of("service")));

  private static Rule rule(String template, String subscribe, String publish) {
    return Rule.parse(template, Map.of("subscribe", subscribe, "publish", publish));
  }

  private static Identity user(String subject, Map<String, Object> claims) {
    return identity(subject, Set.of(), Set.of(), claims);
  }

  private static Identity withRoles(String subject, Set<String> roles) {
    return identity(subject, roles, Set.of(), Map.of());
  }

  private static Identity withScopes(String subject, Set<String> scopes) {
    return identity(subject, Set.of(), scopes, Map.of());
  }

  private static Identity identity(
      String subject, Set<String> roles, Set<String> scopes, Map<String, Object> claims) {
    return new Identity(
        Identity.Kind.TOKEN, subject, roles, scopes, claims, Grants.NONE, null, null, null, null);
  }

  private static Identity granted(Identity who, List<String> subscribe, List<String> publish) {
    return new Identity(
        who.kind(),
        who.subject(),
        who.roles(),
        who.scopes(),
        who.claims(),
        new Grants(patterns(subscribe), patterns(publish)),
        null,
        null,
        null,
        null);
  }

  private static List<ChannelPattern> patterns(List<String> texts) {
    return texts.stream().map(ChannelPattern::parse).toList();
  }

  private static String decide(Rules rules, Identity who, Action action, String where) {
    return switch (rules.decide(who, action, ChannelPattern.parse(where))) {
      case Allowed allowed -> "allowed";
      case Denied denied -> "denied";
      case Open open -> "open";
    };
  }

  @ParameterizedTest
  @CsvSource({
    // Channels of a subject
    "alice, SUBSCRIBE, users/alice/inbox, allowed",
    "alice, SUBSCRIBE, users/alice/a/b, allowed",
    "alice, SUBSCRIBE, users/alice/**, allowed",
    "alice, SUBSCRIBE, users/alice/*, allowed",
    "alice, SUBSCRIBE, users/alice, open",
    "alice, SUBSCRIBE, users/bob/inbox, denied",
    "alice, SUBSCRIBE, users/bob/**, denied",
    "alice, SUBSCRIBE, users/*/inbox, denied",
    "alice, SUBSCRIBE, users/**, denied",
    "alice, SUBSCRIBE, **, denied",
    "alice, SUBSCRIBE, users/*, open",
    "alice, HISTORY, users/alice/inbox, allowed",
    "alice, HISTORY, users/bob/inbox, denied",
    "alice, PRESENCE, users/alice/inbox, allowed",
    "alice, PRESENCE, users/bob/inbox, denied",
    "alice, PUBLISH, users/alice/inbox, denied",
    "service, PUBLISH, users/alice/inbox, allowed",
    "service, SUBSCRIBE, users/alice/inbox, denied",
    "nobody, SUBSCRIBE, users/alice/inbox, denied",
    // A key's name is nobody's subject
    "key, SUBSCRIBE, users/alice/inbox, denied",
    // A subject or claim that isn't a segment is nobody's channel
    "star, SUBSCRIBE, users/*/inbox, denied",
    "star, SUBSCRIBE, users/*/**, denied",
    "star, SUBSCRIBE, tenants/*/x, denied",
    "star, SUBSCRIBE, tenants/a/b, denied",
    // Channels of a claim
    "alice, SUBSCRIBE, tenants/acme/x, allowed",
    "alice, SUBSCRIBE, tenants/acme/*, allowed",
    "alice, SUBSCRIBE, tenants/acme/**, open",
    "alice, SUBSCRIBE, tenants/umbrella/x, denied",
    "bob, SUBSCRIBE, tenants/acme/x, allowed",
    "bob, SUBSCRIBE, tenants/umbrella/x, allowed",
    "bob, SUBSCRIBE, tenants/7/x, allowed",
    "bob, SUBSCRIBE, tenants/8/x, denied",
    "bob, SUBSCRIBE, tenants/*/x, denied",
    "carol, SUBSCRIBE, tenants/true/x, allowed",
    "carol, SUBSCRIBE, realms/42, allowed",
    "carol, SUBSCRIBE, realms/43, denied",
    "alice, SUBSCRIBE, realms/42, denied",
    "staff, SUBSCRIBE, tenants/acme/x, allowed",
    "staff, SUBSCRIBE, tenants/*/x, allowed",
    "staff, SUBSCRIBE, tenants/*/*, allowed",
    "staff, SUBSCRIBE, tenants/**, open",
    "staff, PUBLISH, tenants/acme/x, denied",
    "bob, PUBLISH, tenants/umbrella/x, allowed",
    // Anybody may drop something into somebody's inbox
    "nobody, PUBLISH, inbox/alice, allowed",
    "nobody, SUBSCRIBE, inbox/alice, denied",
    "alice, SUBSCRIBE, inbox/alice, allowed",
    // The first rule counts, and a pattern takes in all that it stands for
    "nobody, SUBSCRIBE, public/a, allowed",
    "nobody, SUBSCRIBE, public/a/**, allowed",
    "nobody, SUBSCRIBE, public/secret, denied",
    "nobody, SUBSCRIBE, public/*, denied",
    "nobody, SUBSCRIBE, public/**, denied",
    "nobody, SUBSCRIBE, public/secret/x, allowed",
    "nobody, PUBLISH, public/a, denied",
    "alice, PUBLISH, public/a, allowed",
    "key, PUBLISH, public/a, allowed",
    // Roles, scopes and claims
    "alice, SUBSCRIBE, plans/x, denied",
    "bob, SUBSCRIBE, plans/x, allowed",
    "bob, SUBSCRIBE, plans/*, allowed",
    "writer, PUBLISH, plans/x, allowed",
    "bob, PUBLISH, plans/x, denied",
    "nobody, SUBSCRIBE, members/x, denied",
    "key, SUBSCRIBE, members/x, allowed",
    // History and presence on their own
    "nobody, SUBSCRIBE, room/1, allowed",
    "nobody, HISTORY, room/1, denied",
    "alice, HISTORY, room/1, allowed",
    "alice, PRESENCE, room/1, denied",
    "staff, PRESENCE, room/1, allowed",
    "alice, SUBSCRIBE, room/1/@presence, denied",
    "alice, HISTORY, room/1/@presence, denied",
    "staff, SUBSCRIBE, room/1/@presence, allowed",
    "staff, SUBSCRIBE, room/*/@presence, allowed",
    "alice, SUBSCRIBE, room/*/@presence, denied",
    "staff, SUBSCRIBE, room/@presence, open",
    "staff, SUBSCRIBE, room/1/2/@presence, open",
    // What no rule speaks of
    "alice, SUBSCRIBE, news, open",
    "staff, PUBLISH, news, open",
    "staff, SUBSCRIBE, *, open",
    "staff, SUBSCRIBE, @presence, open",
  })
  void decides(String who, Action action, String where, String expected) {
    assertThat(decide(RULES, CAST.get(who), action, where)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "SUBSCRIBE, news/a, allowed",
    "SUBSCRIBE, news/*, allowed",
    "SUBSCRIBE, news/**, open",
    "SUBSCRIBE, public/secret, allowed",
    "SUBSCRIBE, public/**, denied",
    "SUBSCRIBE, users/bob/**, allowed",
    "HISTORY, news/a, allowed",
    "PUBLISH, news/a, open",
    "PUBLISH, logs/a/b, allowed",
    "PUBLISH, members/x, allowed",
    "SUBSCRIBE, logs/a/b, open",
    "PRESENCE, news/a, open",
    "SUBSCRIBE, news/a/@presence, open",
    "PRESENCE, chat/1, allowed",
    "SUBSCRIBE, chat/1/@presence, allowed",
    "SUBSCRIBE, chat/*/@presence, allowed",
    "SUBSCRIBE, chat/1, open",
  })
  void grantsAddToTheRules(Action action, String where, String expected) {
    Identity who =
        granted(
            CAST.get("alice"),
            List.of("news/*", "public/secret", "users/bob/**", "chat/*/@presence"),
            List.of("logs/**", "members/x"));

    assertThat(decide(RULES, who, action, where)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "SUBSCRIBE, public/a, allowed",
    "SUBSCRIBE, public/b, denied",
    "SUBSCRIBE, public/**, denied",
    "PUBLISH, public/a, allowed",
    "PUBLISH, public/b, denied",
    "SUBSCRIBE, users/alice/inbox, allowed",
    "SUBSCRIBE, users/bob/inbox, denied",
    "SUBSCRIBE, news/a, allowed",
    "SUBSCRIBE, news/b, denied",
    "SUBSCRIBE, open/x, open",
    "SUBSCRIBE, public/secret, denied",
  })
  void nothingIsAllowedOutsideOfWhatOneIsConfinedTo(Action action, String where, String expected) {
    Identity who =
        granted(CAST.get("alice"), List.of("news/*"), List.of())
            .confinedTo(
                patterns(
                    List.of("public/a", "public/secret", "users/*/inbox", "news/a", "open/*")));

    assertThat(decide(RULES, who, action, where)).isEqualTo(expected);
  }

  @Test
  void whoIsConfinedToNothingMayNothing() {
    Identity who = CAST.get("alice").confinedTo(List.of());

    assertThat(decide(Rules.OPEN, who, Action.SUBSCRIBE, "public/a")).isEqualTo("denied");
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void everybodyMayDoEverythingWhereAllIsOpen(Action action) {
    for (String where : List.of("a", "a/b", "users/alice/inbox", "a/@presence", "**", "*/b")) {
      assertThat(decide(Rules.OPEN, Identity.ANONYMOUS, action, where)).isEqualTo("allowed");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "alice, SUBSCRIBE, users/alice/**, allowed",
    "alice, HISTORY, users/alice/x, allowed",
    "alice, PUBLISH, users/alice/x, denied",
    "alice, SUBSCRIBE, users/bob/x, denied",
    "nobody, SUBSCRIBE, users/bob/x, denied",
    "nobody, SUBSCRIBE, news, open",
    "alice, SUBSCRIBE, **, denied",
  })
  void withoutRulesEverybodyHasTheirOwn(String who, Action action, String where, String expected) {
    assertThat(decide(Rules.byGrantsAlone(), CAST.get(who), action, where)).isEqualTo(expected);
  }

  @Test
  void withoutRulesGrantsDecideTheRest() {
    Identity who = granted(CAST.get("alice"), List.of("news/**"), List.of("users/**"));

    assertThat(decide(Rules.byGrantsAlone(), who, Action.SUBSCRIBE, "news/a")).isEqualTo("allowed");
    assertThat(decide(Rules.byGrantsAlone(), who, Action.PUBLISH, "users/bob/x"))
        .isEqualTo("allowed");
  }

  private static String detail(String who, Action action, String where) {
    return switch (RULES.decide(CAST.get(who), action, ChannelPattern.parse(where))) {
      case Allowed allowed -> "";
      case Denied denied -> denied.where() + ": " + denied.detail();
      case Open open -> open.where() + ": " + open.denied().detail();
    };
  }

  @Test
  void aRefusalNamesTheChannelAndWhatIsNeeded() {
    assertThat(detail("alice", Action.SUBSCRIBE, "users/bob/inbox"))
        .isEqualTo(
            "users/bob/inbox: subscribing to users/bob/inbox needs the caller's own values in"
                + " place of the braces, by the rule for users/{sub}/**");
    assertThat(detail("alice", Action.SUBSCRIBE, "**"))
        .isEqualTo(
            "**: subscribing to ** needs the caller's own values in place of the braces, because"
                + " it takes in some of users/{sub}/**");
    assertThat(detail("alice", Action.PUBLISH, "plans/x"))
        .isEqualTo("plans/x: publishing to plans/x needs the scope write, by the rule for plans/*");
    assertThat(detail("nobody", Action.HISTORY, "tenants/acme/x"))
        .isEqualTo(
            "tenants/acme/x: reading the history of tenants/acme/x needs the caller's own values in"
                + " place of the braces or the role support, by the rule for"
                + " tenants/{claim.tenant}/*");
    assertThat(detail("nobody", Action.SUBSCRIBE, "public/*"))
        .isEqualTo(
            "public/*: subscribing to public/* is for nobody, because it takes in some of"
                + " public/secret");
    assertThat(detail("alice", Action.SUBSCRIBE, "room/1/@presence"))
        .isEqualTo(
            "room/1/@presence: seeing who is in room/1 needs the role moderator, by the rule for"
                + " room/*");
    assertThat(detail("alice", Action.SUBSCRIBE, "news"))
        .isEqualTo("news: subscribing to news is allowed by no rule");
    assertThat(detail("alice", Action.SUBSCRIBE, "tenants/acme/**"))
        .isEqualTo(
            "tenants/acme/**: subscribing to tenants/acme/** is allowed by no rule for all of it");
  }

  @Test
  void whoIsConfinedIsToldSo() {
    Identity who = CAST.get("alice").confinedTo(patterns(List.of("public/a")));

    assertThat(RULES.decide(who, Action.SUBSCRIBE, ChannelPattern.parse("public/b")))
        .isEqualTo(
            new Denied(
                ChannelPattern.parse("public/b"),
                "subscribing to public/b is outside of the channels that the ticket was made"
                    + " for"));
  }
}
