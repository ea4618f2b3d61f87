package io.sluice.event;

/**
 * What may be subscribed to: a channel, or a pattern in which {@code *} stands for one segment and
 * a last {@code **} for one or more. {@code a/**} matches {@code a/b} and {@code a/b/c}, not {@code
 * a}; {@code **} alone matches every channel. Neither stands for the last segment of a {@link
 * PresenceChannel}.
 *
 * <p>Immutable.
 */
public final class ChannelPattern implements Comparable<ChannelPattern> {

  /** Every channel. */
  public static final ChannelPattern ALL = new ChannelPattern("**", Kind.DEEP);

  private enum Kind {
    EXACT,
    SINGLE,
    DEEP
  }

  private final String text;
  private final Kind kind;

  private ChannelPattern(String text, Kind kind) {
    this.text = text;
    this.kind = kind;
  }

  /**
   * Reads a channel or pattern.
   *
   * @throws InvalidEventException with code {@code invalid-channel} and the rule it breaks
   */
  public static ChannelPattern parse(String text) {
    ChannelName.checkLength(text);
    Kind kind = Kind.EXACT;
    int start = 0;
    while (true) {
      int end = ChannelName.segmentEnd(text, start);
      if (text.indexOf('*', start) < 0 || text.indexOf('*', start) >= end) {
        ChannelName.checkSegment(text, start, end);
      } else if (text.startsWith("**", start) && end - start == 2) {
        if (end != text.length()) {
          throw ChannelName.invalid(text, "has ** before its end; only the last segment may be **");
        }
        kind = Kind.DEEP;
      } else if (end - start == 1) {
        kind = Kind.SINGLE;
      } else {
        throw ChannelName.invalid(text, "has a * inside a segment; * stands for a whole one");
      }
      if (end == text.length()) {
        return new ChannelPattern(text, kind);
      }
      start = end + 1;
    }
  }

  /** Whether it is one channel: no {@code *} in it. */
  public boolean isExact() {
    return kind == Kind.EXACT;
  }

  /** Whether it ends in {@code **}. */
  public boolean isDeep() {
    return kind == Kind.DEEP;
  }

  /** Whether the channel is one of those that it stands for. */
  public boolean matches(String channel) {
    if (kind == Kind.EXACT) {
      return text.equals(channel);
    }
    if (PresenceChannel.is(channel) && !PresenceChannel.is(text)) {
      return false;
    }
    int p = 0;
    int c = 0;
    while (true) {
      int patternEnd = ChannelName.segmentEnd(text, p);
      if (kind == Kind.DEEP && patternEnd == text.length()) {
        return c < channel.length();
      }
      if (c >= channel.length()) {
        return false;
      }
      int channelEnd = ChannelName.segmentEnd(channel, c);
      boolean star = patternEnd - p == 1 && text.charAt(p) == '*';
      if (!star
          && !(patternEnd - p == channelEnd - c
              && text.regionMatches(p, channel, c, patternEnd - p))) {
        return false;
      }
      if (patternEnd == text.length()) {
        return channelEnd == channel.length();
      }
      if (channelEnd == channel.length()) {
        return false;
      }
      p = patternEnd + 1;
      c = channelEnd + 1;
    }
  }

  /**
   * Whether every channel that the other stands for is one of those that this one stands for,
   * letter by letter: a wildcard covers {@code @presence} too, for what rules say is up to them.
   */
  public boolean covers(ChannelPattern other) {
    int t = 0;
    int o = 0;
    while (true) {
      int end = ChannelName.segmentEnd(text, t);
      int otherEnd = ChannelName.segmentEnd(other.text, o);
      if (isLastOfDeep(end)) {
        return true;
      }
      // A last ** may stand for any number of segments, and here only some number is left.
      if (other.isLastOfDeep(otherEnd) || !(isStar(t, end) || isSameSegment(t, other, o))) {
        return false;
      }
      if (end == text.length() || otherEnd == other.text.length()) {
        return end == text.length() && otherEnd == other.text.length();
      }
      t = end + 1;
      o = otherEnd + 1;
    }
  }

  /** Whether there is a channel that both stand for, letter by letter as in {@link #covers}. */
  public boolean intersects(ChannelPattern other) {
    // Most of those that are asked, one after the other, are about something else altogether.
    char first = text.charAt(0);
    char otherFirst = other.text.charAt(0);
    if (first != otherFirst && first != '*' && otherFirst != '*') {
      return false;
    }
    int t = 0;
    int o = 0;
    while (true) {
      int end = ChannelName.segmentEnd(text, t);
      int otherEnd = ChannelName.segmentEnd(other.text, o);
      if (isLastOfDeep(end) || other.isLastOfDeep(otherEnd)) {
        return true;
      }
      if (!isStar(t, end) && !other.isStar(o, otherEnd) && !isSameSegment(t, other, o)) {
        return false;
      }
      if (end == text.length() || otherEnd == other.text.length()) {
        return end == text.length() && otherEnd == other.text.length();
      }
      t = end + 1;
      o = otherEnd + 1;
    }
  }

  private boolean isLastOfDeep(int segmentEnd) {
    return kind == Kind.DEEP && segmentEnd == text.length();
  }

  private boolean isStar(int start, int end) {
    return end - start == 1 && text.charAt(start) == '*';
  }

  private boolean isSameSegment(int start, ChannelPattern other, int otherStart) {
    int length = ChannelName.segmentEnd(text, start) - start;
    return length == ChannelName.segmentEnd(other.text, otherStart) - otherStart
        && text.regionMatches(start, other.text, otherStart, length);
  }

  @Override
  public int compareTo(ChannelPattern other) {
    return text.compareTo(other.text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChannelPattern that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
