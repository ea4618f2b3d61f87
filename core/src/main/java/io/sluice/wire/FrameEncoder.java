package io.sluice.wire;

import io.sluice.event.Publication;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Encodes an event into its frame, once for all who will ever read it.
 *
 * <p>A frame is {@code id:}, {@code time:} if asked for, {@code event:} if there is a type, {@code
 * channel:}, one {@code data:} line for each line of the data, and a blank line. CR, LF and CRLF
 * all end a line, so data can't break out of its field (HTML Living Standard, 9.2.6). Everything
 * else was checked by {@link Publication}.
 *
 * <p>Stateless. The log writes the {@code id:} and {@code time:} lines, because it gives ids and
 * times; all that doesn't depend on them is encoded before, outside its lock.
 */
public final class FrameEncoder {

  private static final byte[] EVENT = ascii("event: ");
  private static final byte[] CHANNEL = ascii("channel: ");
  private static final byte[] DATA = ascii("data: ");
  private static final byte[] ID = ascii("id: ");
  private static final byte[] TIME = ascii("time: ");

  /** Room that {@link #head} needs at most: both lines with the longest epoch and numbers. */
  public static final int MAX_HEAD_BYTES = 4 + 16 + 1 + 19 + 1 + 6 + 19 + 1;

  private FrameEncoder() {}

  /** The frame without its {@code id:} and {@code time:} lines, blank line included. */
  public static byte[] body(Publication event) {
    byte[] type = bytes(event.type());
    byte[] data = event.data();
    int channelLength = event.channel().length();
    byte[] frame =
        new byte
            [(type == null ? 0 : EVENT.length + type.length + 1)
                + CHANNEL.length
                + channelLength
                + 1
                + dataSize(data)
                + 1];
    int at = 0;
    if (type != null) {
      at = line(frame, at, EVENT, type, 0, type.length);
    }
    System.arraycopy(CHANNEL, 0, frame, at, CHANNEL.length);
    at += CHANNEL.length;
    copyAscii(event.channel(), frame, at);
    at += channelLength;
    frame[at++] = '\n';
    at = dataLines(frame, at, data);
    frame[at] = '\n';
    return frame;
  }

  // Counting and writing go over the data in the same steps: nextLineEnd and afterLineEnd.
  private static int dataSize(byte[] data) {
    int size = 0;
    int start = 0;
    while (true) {
      int end = nextLineEnd(data, start);
      size += DATA.length + end - start + 1;
      if (end == data.length) {
        return size;
      }
      start = afterLineEnd(data, end);
    }
  }

  private static int dataLines(byte[] frame, int at, byte[] data) {
    int start = 0;
    while (true) {
      int end = nextLineEnd(data, start);
      at = line(frame, at, DATA, data, start, end);
      if (end == data.length) {
        return at;
      }
      start = afterLineEnd(data, end);
    }
  }

  private static int nextLineEnd(byte[] data, int from) {
    int i = from;
    while (i < data.length && data[i] != '\n' && data[i] != '\r') {
      i++;
    }
    return i;
  }

  private static int afterLineEnd(byte[] data, int end) {
    return data[end] == '\r' && end + 1 < data.length && data[end + 1] == '\n' ? end + 2 : end + 1;
  }

  private static int line(byte[] frame, int at, byte[] field, byte[] value, int from, int to) {
    System.arraycopy(field, 0, frame, at, field.length);
    at += field.length;
    System.arraycopy(value, from, frame, at, to - from);
    at += to - from;
    frame[at] = '\n';
    return at + 1;
  }

  /**
   * Writes {@code id: <epoch>-<sequence>} and, unless the time is negative, {@code time: <ms>}.
   *
   * @param target has {@link #MAX_HEAD_BYTES} of room at {@code at}
   * @return the index after the last byte written
   */
  public static int head(byte[] target, int at, byte[] epoch, long sequence, long timeMillis) {
    System.arraycopy(ID, 0, target, at, ID.length);
    at += ID.length;
    System.arraycopy(epoch, 0, target, at, epoch.length);
    at += epoch.length;
    target[at++] = '-';
    at = decimal(target, at, sequence);
    target[at++] = '\n';
    if (timeMillis >= 0) {
      System.arraycopy(TIME, 0, target, at, TIME.length);
      at = decimal(target, at + TIME.length, timeMillis);
      target[at++] = '\n';
    }
    return at;
  }

  private static int decimal(byte[] target, int at, long value) {
    int end = at + 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      end++;
    }
    long rest = value;
    for (int i = end - 1; i >= at; i--) {
      target[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return end;
  }

  @SuppressWarnings("deprecation") // the one copy without an encoder; channels are ASCII
  private static void copyAscii(String text, byte[] target, int at) {
    text.getBytes(0, text.length(), target, at);
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
