package io.sluice.access;

import io.sluice.event.ChannelPattern;
import io.sluice.event.InvalidEventException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Channels as they were meant: in a subscription {@code users/@me/…} is the caller's own, because a
 * page whose cookie it can't read doesn't know its subject.
 *
 * <p>Immutable.
 *
 * @param channels as many as were asked for, in the same order
 * @param denied why one of them can't be anybody's; null if all are what was meant
 */
public record PersonalChannels(List<ChannelPattern> channels, Decision.@Nullable Denied denied) {

  private static final String ME = "users/@me";

  public PersonalChannels {
    channels = List.copyOf(channels);
  }

  /** Puts the caller's subject in place of {@code @me}. */
  public static PersonalChannels resolve(List<ChannelPattern> asked, Identity who) {
    if (asked.stream().noneMatch(PersonalChannels::isPersonal)) {
      return new PersonalChannels(asked, null);
    }
    List<ChannelPattern> meant = new ArrayList<>();
    for (ChannelPattern channel : asked) {
      if (!isPersonal(channel)) {
        meant.add(channel);
        continue;
      }
      ChannelPattern own = own(channel, who);
      if (own == null) {
        return new PersonalChannels(asked, denied(channel, who));
      }
      meant.add(own);
    }
    return new PersonalChannels(meant, null);
  }

  private static boolean isPersonal(ChannelPattern channel) {
    String text = channel.toString();
    return text.startsWith(ME) && (text.length() == ME.length() || text.charAt(ME.length()) == '/');
  }

  private static @Nullable ChannelPattern own(ChannelPattern channel, Identity who) {
    String subject = who.subject();
    // A * or / in a subject would make it somebody else's channel, or everybody's.
    if (subject == null
        || who.kind() == Identity.Kind.KEY
        || subject.indexOf('*') >= 0
        || subject.indexOf('/') >= 0) {
      return null;
    }
    try {
      return ChannelPattern.parse("users/" + subject + channel.toString().substring(ME.length()));
    } catch (InvalidEventException e) {
      return null;
    }
  }

  private static Decision.Denied denied(ChannelPattern channel, Identity who) {
    String why =
        switch (who.kind()) {
          case ANONYMOUS -> "needs an identity: @me is whoever asks, and nobody said who that is";
          case KEY -> "is for users: an API key has no channels of its own";
          case TOKEN, SESSION -> "can't be: the caller's subject isn't a segment of a channel";
        };
    return new Decision.Denied(channel, "subscribing to " + channel + " " + why);
  }
}
