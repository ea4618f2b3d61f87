package io.sluice.examples.notifications;

import java.util.regex.Pattern;

/** To whom something is sent. */
sealed interface Audience {

  /** A part of a channel: {@code users/<name>/notifications}. */
  Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,24}");

  /** One user, who need not have been here yet. */
  record One(String name) implements Audience {}

  /** All that have a role. */
  record Role(String role) implements Audience {}

  /** All that have been here. */
  record Everybody() implements Audience {}

  /**
   * Reads {@code user:ada}, {@code role:ops} or {@code all}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static Audience parse(String text) {
    int colon = text.indexOf(':') + 1;
    String name = text.substring(colon);
    boolean named = NAME.matcher(name).matches();
    if (text.equals("all")) {
      return new Everybody();
    } else if (text.startsWith("user:") && named) {
      return new One(name);
    } else if (text.startsWith("role:") && named) {
      return new Role(name);
    }
    throw new IllegalArgumentException(
        "to is 'all', 'user:' or 'role:' and a name of 1 to 24 letters, digits, '_' and '-'; not '"
            + text
            + "'");
  }
}
