package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.ChannelPattern;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalChannelsTest {

  private static final Identity ALICE = Somebody.of(Identity.Kind.TOKEN, "alice");

  private static List<ChannelPattern> patterns(String... texts) {
    return List.of(texts).stream().map(ChannelPattern::parse).toList();
  }

  @Test
  void meIsTheCaller() {
    PersonalChannels personal =
        PersonalChannels.resolve(
            patterns("news", "users/@me/inbox", "users/@me", "users/@me/**"), ALICE);

    assertThat(personal.denied()).isNull();
    assertThat(personal.channels())
        .isEqualTo(patterns("news", "users/alice/inbox", "users/alice", "users/alice/**"));
  }

  @Test
  void othersStayAsTheyAre() {
    List<ChannelPattern> asked =
        patterns("users/bob/x", "users/@mention", "a/@me/x", "@me", "users/x/@me", "**");

    assertThat(PersonalChannels.resolve(asked, ALICE)).isEqualTo(new PersonalChannels(asked, null));
    assertThat(PersonalChannels.resolve(asked, Identity.ANONYMOUS).denied()).isNull();
  }

  @Test
  void nobodyHasNone() {
    List<ChannelPattern> asked = patterns("news", "users/@me/inbox");

    assertThat(PersonalChannels.resolve(asked, Identity.ANONYMOUS).denied())
        .isEqualTo(
            new Decision.Denied(
                asked.get(1),
                "subscribing to users/@me/inbox needs an identity: @me is whoever asks, and nobody"
                    + " said who that is"));
  }

  @Test
  void aKeyHasNone() {
    Identity key = Somebody.of(Identity.Kind.KEY, "alice");

    assertThat(PersonalChannels.resolve(patterns("users/@me/inbox"), key).denied())
        .isEqualTo(
            new Decision.Denied(
                patterns("users/@me/inbox").getFirst(),
                "subscribing to users/@me/inbox is for users: an API key has no channels of its"
                    + " own"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "**", "a/b", "..", ".", "auth0|1", "a b", "ä", "a\nb", ""})
  void aSubjectThatIsNoSegmentHasNone(String subject) {
    Identity who = Somebody.of(Identity.Kind.SESSION, subject);

    assertThat(PersonalChannels.resolve(patterns("users/@me/inbox"), who).denied())
        .isEqualTo(
            new Decision.Denied(
                patterns("users/@me/inbox").getFirst(),
                "subscribing to users/@me/inbox can't be: the caller's subject isn't a segment of a"
                    + " channel"));
  }

  @Test
  void aSubjectThatIsTooLongHasNone() {
    Identity who = Somebody.of(Identity.Kind.SESSION, "a".repeat(200));

    assertThat(PersonalChannels.resolve(patterns("users/@me/inbox"), who).denied()).isNotNull();
  }
}
