package io.sluice.presence;

import io.sluice.event.Event;
import io.sluice.event.PresenceChannel;
import io.sluice.event.Publication;
import io.sluice.wire.FlatJson;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the events of a presence channel say all together.
 *
 * <p>Immutable.
 *
 * @param count how many were there at last
 * @param members who they were, null if that can't be said for sure
 */
record Account(int count, @Nullable List<String> members) {

  private static final String JOINED = "joined";
  private static final String LEFT = "left";

  /** What is longer isn't one of ours, and too much for the expression. */
  private static final int MAX_LENGTH = 6 * Member.MAX_LENGTH + 100;

  // Only what is written below is read back: other data is nobody's account.
  private static final Pattern FORM =
      Pattern.compile(
          "\\{(?:\"member\":\"((?:[^\"\\\\]|\\\\.)*)\",)?\"count\":([0-9]{1,9})(,\"listed\":false)?\\}",
          Pattern.DOTALL);

  /** Whether nobody was there at last. */
  boolean isEmpty() {
    return members != null && members.isEmpty();
  }

  /** That somebody came or went. */
  static Publication event(String channel, boolean joined, @Nullable String member, int count) {
    FlatJson json = new FlatJson();
    if (member != null) {
      json.add("member", member);
    }
    return publication(channel, joined, json.add("count", (Object) count));
  }

  /** How many there are now, without those who came or went. */
  static Publication countEvent(String channel, boolean more, int count) {
    return publication(
        channel, more, new FlatJson().add("count", (Object) count).add("listed", (Object) false));
  }

  private static Publication publication(String channel, boolean joined, FlatJson json) {
    return Publication.of(PresenceChannel.of(channel), joined ? JOINED : LEFT, json.toString());
  }

  /**
   * Works out who is there.
   *
   * @param events the newest ones, in order
   */
  static Account of(List<Event> events) {
    Set<String> members = new LinkedHashSet<>();
    int count = 0;
    boolean known = true;
    for (Event event : events) {
      Matcher form = FORM.matcher(event.data());
      if (event.data().length() > MAX_LENGTH || !form.matches()) {
        return new Account(count, null);
      }
      count = Integer.parseInt(form.group(2));
      known = form.group(3) == null || count == 0;
      String member = form.group(1);
      if (!known || count == 0) {
        members.clear();
      } else if (member != null && JOINED.equals(event.type())) {
        members.add(unescaped(member));
      } else if (member != null) {
        members.remove(unescaped(member));
      }
    }
    // All who joined and haven't left are there. If they are as many as there are, they are all.
    return new Account(count, members.size() == count ? new ArrayList<>(members) : null);
  }

  private static String unescaped(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
      } else if (text.charAt(i + 1) == 'u' && i + 6 <= text.length()) {
        plain.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
        i += 5;
      } else {
        plain.append(text.charAt(++i));
      }
    }
    return plain.toString();
  }
}
