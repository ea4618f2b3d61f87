package io.sluice.examples.notifications;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants sent: the body of {@code POST /api/notifications}.
 *
 * <p>Immutable.
 *
 * @param to {@code user:ada}, {@code role:ops} or {@code all}
 * @param type one of {@link #TYPES}
 * @param title 1 to 120 characters
 * @param text more words, at most 1,000 characters; may be left out
 * @param link where it leads, checked by {@link Link}; may be left out
 */
record Sending(String to, String type, String title, @Nullable String text, @Nullable String link) {

  static final Set<String> TYPES = Set.of("info", "success", "warning", "error");

  @SuppressWarnings("ConstantValue") // what is read from JSON may lack anything
  Sending {
    Audience.parse(to == null ? "" : to);
    if (type == null || !TYPES.contains(type)) {
      throw new IllegalArgumentException(
          "type is info, success, warning or error; not '" + type + "'");
    }
    if (title == null || title.isBlank() || title.length() > 120) {
      throw new IllegalArgumentException(
          "title has 1 to 120 characters; not " + (title == null ? 0 : title.length()));
    }
    if (text != null && text.length() > 1000) {
      throw new IllegalArgumentException(
          "text has " + text.length() + " characters; 1,000 are allowed");
    }
    link = Link.check(link);
  }

  Audience audience() {
    return Audience.parse(to);
  }
}
