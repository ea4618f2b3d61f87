package io.sluice.server;

import java.math.BigInteger;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of durations in settings: a whole number and a unit, {@code 15s}. */
final class DurationText {

  /** The units that a duration may have, smallest first. */
  static final String UNITS = "ms, s, m, h or d";

  private static final Pattern FORM = Pattern.compile("([0-9]+) ?([A-Za-z]*)");
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private DurationText() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if the text isn't one, has no unit, or is more milliseconds
   *     than a {@code long} holds; the message says which
   */
  static Duration parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(text + " is not a duration");
    }
    long unit =
        switch (form.group(2)) {
          case "ms" -> 1;
          case "s" -> SECOND;
          case "m" -> MINUTE;
          case "h" -> HOUR;
          case "d" -> DAY;
          case "" -> throw new IllegalArgumentException(text + " has no unit");
          default ->
              throw new IllegalArgumentException(text + " has the unknown unit " + form.group(2));
        };
    BigInteger millis = new BigInteger(form.group(1)).multiply(BigInteger.valueOf(unit));
    if (millis.bitLength() > 63) {
      throw new IllegalArgumentException(text + " is too long");
    }
    return Duration.ofMillis(millis.longValue());
  }

  /**
   * Writes a duration of whole milliseconds with the largest unit that says it exactly. Days begin
   * at two of them: {@code 24h} is how people write one.
   */
  static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    if (millis % DAY == 0 && millis > DAY) {
      return millis / DAY + "d";
    }
    if (millis % HOUR == 0) {
      return millis / HOUR + "h";
    }
    if (millis % MINUTE == 0) {
      return millis / MINUTE + "m";
    }
    return millis % SECOND == 0 ? millis / SECOND + "s" : millis + "ms";
  }
}
