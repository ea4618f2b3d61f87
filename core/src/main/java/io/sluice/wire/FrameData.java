package io.sluice.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the data back out of a frame that {@link FrameEncoder} made, or puts other data there. */
public final class FrameData {

  private static final int FIELD_LENGTH = "data: ".length();

  private FrameData() {}

  /**
   * The data of one frame: its {@code data:} lines, joined by LF.
   *
   * @param from index of the frame's first byte
   * @param to index after its last one, the blank line's
   */
  public static String of(byte[] frame, int from, int to) {
    byte[] data = new byte[to - from];
    return new String(data, 0, copy(frame, from, to, data), StandardCharsets.UTF_8);
  }

  /** The data of a whole frame, as UTF-8. */
  public static byte[] bytes(byte[] frame) {
    byte[] data = new byte[frame.length];
    return Arrays.copyOf(data, copy(frame, 0, frame.length, data));
  }

  private static int copy(byte[] frame, int from, int to, byte[] data) {
    int length = -1; // no line yet; the LF before the first one isn't part of the data
    int start = from;
    while (start < to) {
      int end = start;
      while (frame[end] != '\n') {
        end++;
      }
      if (end - start >= FIELD_LENGTH && isData(frame, start)) {
        if (length >= 0) {
          data[length++] = '\n';
        } else {
          length = 0;
        }
        System.arraycopy(frame, start + FIELD_LENGTH, data, length, end - start - FIELD_LENGTH);
        length += end - start - FIELD_LENGTH;
      }
      start = end + 1;
    }
    return Math.max(length, 0);
  }

  /** Where in a whole frame its first line of data begins, behind the name of the field. */
  public static int start(byte[] frame) {
    int start = 0;
    while (!isData(frame, start)) {
      while (frame[start++] != '\n') {
        // to the next line
      }
    }
    return start + FIELD_LENGTH;
  }

  /**
   * The same frame with other data.
   *
   * @param data has no line end
   */
  public static byte[] replaced(byte[] frame, byte[] data) {
    int start = start(frame);
    byte[] other = Arrays.copyOf(frame, start + data.length + 2);
    System.arraycopy(data, 0, other, start, data.length);
    other[start + data.length] = '\n';
    other[start + data.length + 1] = '\n';
    return other;
  }

  /**
   * The type that a frame's body begins with, or null if the event has none.
   *
   * @param body a frame without its {@code id:} and {@code time:} lines
   * @param from index of its first byte
   */
  public static @Nullable String type(byte[] body, int from) {
    if (body[from] != 'e') {
      return null; // it begins with its channel
    }
    int start = from + "event: ".length();
    int end = start;
    while (body[end] != '\n') {
      end++;
    }
    return new String(body, start, end - start, StandardCharsets.UTF_8);
  }

  private static boolean isData(byte[] frame, int at) {
    return frame[at] == 'd'
        && frame[at + 1] == 'a'
        && frame[at + 2] == 't'
        && frame[at + 3] == 'a'
        && frame[at + 4] == ':';
  }
}
