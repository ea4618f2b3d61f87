package io.sluice.log;

import java.nio.charset.StandardCharsets;

/**
 * How the part of a frame looks that depends on the log and not on the event: its {@code id:} line,
 * and its {@code time:} line where there is one.
 *
 * <p>Immutable.
 *
 * @param epochs name the lives
 * @param timeLines whether there is a {@code time:} line
 */
public record Framing(Epochs epochs, boolean timeLines) {

  /** How many bytes stand before the event's own lines. */
  public int headBytes(long sequence, long timeMillis) {
    int bytes =
        "id: -\n".length() + epochs.of(sequence).length() + Long.toString(sequence).length();
    return timeLines ? bytes + "time: \n".length() + Long.toString(timeMillis).length() : bytes;
  }

  byte[] epochBytes(long sequence) {
    return epochs.of(sequence).getBytes(StandardCharsets.US_ASCII);
  }
}
