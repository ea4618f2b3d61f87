package io.sluice.access;

import java.time.Duration;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much is allowed in how long, written {@code 60/min}, {@code 1000/s}, {@code 5/10s}. As much
 * as that may come at once after a pause.
 *
 * <p>Immutable.
 *
 * @param permits 1 or more: attempts, events, bytes
 * @param per in which time, 1 s to 366 days
 */
public record Rate(long permits, Duration per) {

  /** The units that its time may have, shortest first. */
  public static final String UNITS = "s, min, h or d";

  private static final Pattern PER = Pattern.compile("([0-9]{0,9})(s|min|h|d)");
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,18}");
  private static final Duration LONGEST = Duration.ofDays(366);

  /**
   * @throws IllegalArgumentException if one of them is out of range, or it is more than one in a
   *     nanosecond
   */
  public Rate {
    if (permits < 1) {
      throw new IllegalArgumentException("a rate must allow at least 1: " + permits);
    }
    if (per.compareTo(Duration.ofSeconds(1)) < 0 || per.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("the time of a rate is 1s to 366d: " + per.toSeconds());
    }
    if (permits > per.toNanos()) {
      throw new IllegalArgumentException(
          "a rate must not be more than 1,000,000,000 a second: " + permits + " in " + per);
    }
  }

  /**
   * Reads a rate of a count.
   *
   * @throws IllegalArgumentException if the text isn't one; the message says what is wrong
   */
  public static Rate parse(String text) {
    return parse(text, count -> count(text, count));
  }

  /**
   * Reads a rate of an amount with units of its own: {@code 10MiB/s}.
   *
   * @param amount reads what is before the slash, or throws {@code IllegalArgumentException}
   * @throws IllegalArgumentException if the text isn't one; the message says what is wrong
   */
  public static Rate parse(String text, ToLongFunction<String> amount) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(text + " is not a rate");
    }
    Matcher per = PER.matcher(text.substring(slash + 1));
    if (!per.matches()) {
      throw new IllegalArgumentException(text + " has no time after its slash");
    }
    long count = per.group(1).isEmpty() ? 1 : Long.parseLong(per.group(1));
    Duration unit =
        switch (per.group(2)) {
          case "s" -> Duration.ofSeconds(1);
          case "min" -> Duration.ofMinutes(1);
          case "h" -> Duration.ofHours(1);
          default -> Duration.ofDays(1);
        };
    return new Rate(amount.applyAsLong(text.substring(0, slash)), unit.multipliedBy(count));
  }

  private static long count(String text, String digits) {
    if (!COUNT.matcher(digits).matches()) {
      throw new IllegalArgumentException(text + " has no whole number before its slash");
    }
    return Long.parseLong(digits);
  }

  /** The text form with the longest unit that says its time exactly. */
  @Override
  public String toString() {
    return toString(Long::toString);
  }

  /** The text form of a rate of an amount with units of its own. */
  public String toString(LongFunction<String> amount) {
    long seconds = per.toSeconds();
    String unit = "s";
    long count = seconds;
    if (seconds % 86_400 == 0) {
      unit = "d";
      count = seconds / 86_400;
    } else if (seconds % 3_600 == 0) {
      unit = "h";
      count = seconds / 3_600;
    } else if (seconds % 60 == 0) {
      unit = "min";
      count = seconds / 60;
    }
    return amount.apply(permits) + '/' + (count == 1 ? "" : Long.toString(count)) + unit;
  }
}
