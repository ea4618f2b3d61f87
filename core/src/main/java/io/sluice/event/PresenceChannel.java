package io.sluice.event;

import org.jspecify.annotations.Nullable;

/**
 * Channels that tell who is in another one: {@code room/1/@presence} tells who is in {@code
 * room/1}. The hub alone publishes there, and wildcards don't stand for their last segment: whoever
 * wants it names it.
 */
public final class PresenceChannel {

  private static final String SUFFIX = "/@presence";

  private PresenceChannel() {}

  /** Whether a channel, or what a pattern stands for, tells who is in another one. */
  public static boolean is(String channel) {
    return channel.endsWith(SUFFIX) && channel.length() > SUFFIX.length();
  }

  /** Whether there is a channel that tells who is in this one: its name mustn't be too long. */
  public static boolean canBeOf(String channel) {
    return channel.length() + SUFFIX.length() <= ChannelName.MAX_LENGTH && !is(channel);
  }

  /** The channel that tells who is in this one. */
  public static String of(String channel) {
    return channel + SUFFIX;
  }

  /** Who is in which channel this one tells; null if it tells of none. */
  public static @Nullable String watchedBy(String channel) {
    return is(channel) ? channel.substring(0, channel.length() - SUFFIX.length()) : null;
  }
}
