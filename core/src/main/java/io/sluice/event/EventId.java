package io.sluice.event;

import org.jspecify.annotations.Nullable;

/**
 * The id of an event, {@code <epoch>-<sequence>}: what a client sees in {@code id:} and sends back
 * as {@code Last-Event-ID}.
 *
 * <p>Immutable.
 *
 * @param epoch names one life of the log: 1 to 16 characters of {@code a-z0-9}
 * @param sequence the event's place in the log, from 0 (before the first event) up
 */
public record EventId(String epoch, long sequence) {

  /** The longest epoch, in characters. */
  public static final int MAX_EPOCH_LENGTH = 16;

  private static final int MAX_DIGITS = 19;

  /**
   * @throws IllegalArgumentException if the epoch isn't 1 to 16 of {@code a-z0-9}, or the sequence
   *     is negative
   */
  public EventId {
    if (!isEpoch(epoch, 0, epoch.length())) {
      throw new IllegalArgumentException(
          "epoch must be 1 to " + MAX_EPOCH_LENGTH + " characters of a-z0-9: " + epoch);
    }
    if (sequence < 0) {
      throw new IllegalArgumentException("sequence must not be negative: " + sequence);
    }
  }

  /**
   * Reads an id in its text form.
   *
   * @return the id, or null if the text doesn't have the form of one (digits that don't fit a
   *     {@code long} included)
   */
  public static @Nullable EventId parse(String text) {
    int dash = text.indexOf('-');
    if (dash < 0 || !isEpoch(text, 0, dash)) {
      return null;
    }
    int digits = text.length() - dash - 1;
    if (digits < 1 || digits > MAX_DIGITS) {
      return null;
    }
    long sequence = 0;
    for (int i = dash + 1; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      sequence = sequence * 10 + digit;
      if (sequence < 0) {
        return null; // 19 digits overflow a long at most once, into the sign
      }
    }
    return new EventId(text.substring(0, dash), sequence);
  }

  private static boolean isEpoch(String text, int from, int to) {
    if (to - from < 1 || to - from > MAX_EPOCH_LENGTH) {
      return false;
    }
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
        return false;
      }
    }
    return true;
  }

  /** The text form, {@code k3f9-18}. */
  @Override
  public String toString() {
    return epoch + '-' + sequence;
  }
}
