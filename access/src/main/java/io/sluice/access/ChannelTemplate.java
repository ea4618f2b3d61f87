package io.sluice.access;

import io.sluice.event.ChannelName;
import io.sluice.event.ChannelPattern;
import io.sluice.event.InvalidEventException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which channels a rule is about: a {@link ChannelPattern} in which whole segments may be {@code
 * {sub}} or {@code {claim.name}}, for the subject or a claim of whoever asks.
 *
 * <p>Which channels it is about doesn't depend on who asks: for that, braces stand for any one
 * segment. Whose the channel is, {@link #isOwn} says.
 *
 * <p>Immutable.
 */
public final class ChannelTemplate {

  private static final String SUBJECT = "sub";
  private static final String CLAIM = "claim.";

  /**
   * One pair of braces.
   *
   * @param segment which one it is, from 0
   * @param claim whose value fills it, null for the subject
   */
  private record Braces(int segment, @Nullable String claim) {}

  private final String text;
  private final ChannelPattern shape;
  private final List<Braces> braces;

  private ChannelTemplate(String text, ChannelPattern shape, List<Braces> braces) {
    this.text = text;
    this.shape = shape;
    this.braces = List.copyOf(braces);
  }

  /**
   * Reads a template.
   *
   * @throws InvalidEventException with code {@code invalid-channel} and the rule it breaks
   */
  public static ChannelTemplate parse(String text) {
    StringBuilder shape = new StringBuilder();
    List<Braces> braces = new ArrayList<>();
    int start = 0;
    for (int segment = 0; ; segment++) {
      int end = segmentEnd(text, start);
      if (text.startsWith("{", start) && text.charAt(end - 1) == '}') {
        braces.add(new Braces(segment, claim(text, text.substring(start + 1, end - 1))));
        shape.append('*');
      } else {
        shape.append(literal(text, start, end));
      }
      if (end == text.length()) {
        return new ChannelTemplate(text, shape(text, shape.toString()), braces);
      }
      shape.append('/');
      start = end + 1;
    }
  }

  // The name of a claim may be a URL, with slashes.
  private static int segmentEnd(String text, int start) {
    int close = text.startsWith("{", start) ? text.indexOf('}', start) : -1;
    return ChannelName.segmentEnd(text, Math.max(start, close));
  }

  private static String literal(String text, int start, int end) {
    String segment = text.substring(start, end);
    if (segment.indexOf('{') >= 0 || segment.indexOf('}') >= 0) {
      throw invalid(text, "has braces that aren't a whole segment, such as users/{sub}/inbox");
    }
    if (segment.equals("@me") && text.startsWith("users/@me")) {
      throw invalid(text, "says @me, which is for who subscribes; a rule says {sub}");
    }
    return segment;
  }

  private static @Nullable String claim(String text, String name) {
    if (name.equals(SUBJECT)) {
      return null;
    }
    if (!name.startsWith(CLAIM)
        || name.length() == CLAIM.length()
        || name.indexOf('{') >= 0
        || name.indexOf('}') >= 0) {
      throw invalid(text, "has other braces than {sub} and {claim.name}");
    }
    return name.substring(CLAIM.length());
  }

  private static ChannelPattern shape(String text, String shape) {
    if (shape.endsWith(Presence.SUFFIX)) {
      throw invalid(
          text, "is about who is there; say that as presence in the rule of the channel itself");
    }
    try {
      return ChannelPattern.parse(shape);
    } catch (InvalidEventException e) {
      throw shape.equals(text) ? e : new InvalidEventException(e.code(), text + ": " + e.detail());
    }
  }

  private static InvalidEventException invalid(String text, String why) {
    return new InvalidEventException("invalid-channel", "channel \"" + text + "\" " + why);
  }

  /** Whether somebody's own values stand in it. */
  public boolean hasBraces() {
    return !braces.isEmpty();
  }

  /** The channels that it is about: {@code *} in place of braces. */
  public ChannelPattern shape() {
    return shape;
  }

  /** Whether it is about every channel that the pattern stands for. */
  public boolean covers(ChannelPattern pattern) {
    return shape.covers(pattern);
  }

  /** Whether it is about some channel that the pattern stands for. */
  public boolean intersects(ChannelPattern pattern) {
    return shape.intersects(pattern);
  }

  /**
   * Whether somebody's own values stand where the braces are, in every channel that the pattern
   * stands for and this template is about. Of a claim with several values, any.
   *
   * <p>An API key has a name but no channels of its own: the same name in a token is somebody else.
   *
   * @return false if the template has no braces
   */
  public boolean isOwn(Identity who, ChannelPattern pattern) {
    for (int i = 0; i < braces.size(); i++) {
      if (!fills(who, braces.get(i), pattern.toString())) {
        return false;
      }
    }
    return !braces.isEmpty();
  }

  private static boolean fills(Identity who, Braces braces, String pattern) {
    int start = 0;
    for (int i = 0; i < braces.segment; i++) {
      start = ChannelName.segmentEnd(pattern, start) + 1;
      if (start > pattern.length()) {
        return false;
      }
    }
    String value = pattern.substring(start, ChannelName.segmentEnd(pattern, start));
    // Whoever is called * must not have everybody's.
    if (value.indexOf('*') >= 0) {
      return false;
    }
    return braces.claim == null
        ? who.kind() != Identity.Kind.KEY && value.equals(who.subject())
        : ClaimValues.has(who, braces.claim, value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChannelTemplate that && text.equals(that.text);
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
