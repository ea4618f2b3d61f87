package io.sluice.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Puts frames of events together into one block of the type {@code batch}: a JSON array (RFC 8259)
 * with an object for each, {@code {"id","channel","type","data"}}. The block's id is the last
 * one's.
 *
 * <p>All data is a string, as in a history: what the frame says alone, the element says in the
 * array. Stateless.
 */
public final class BatchEncoder {

  private static final byte[] BEFORE = ascii("event: batch\ndata: [");
  private static final byte[] AFTER = ascii("]\n\n");
  private static final byte[] ID = ascii("{\"id\":\"");
  private static final byte[] CHANNEL = ascii("\",\"channel\":\"");
  private static final byte[] TYPE = ascii("\",\"type\":\"");
  private static final byte[] TIME = ascii("\",\"time\":");
  private static final byte[] DATA = ascii(",\"data\":\"");
  private static final byte[] END = ascii("\"}");
  private static final byte[] HEX = ascii("0123456789abcdef");

  private BatchEncoder() {}

  /**
   * The block, blank line included.
   *
   * @param frames events' frames, whole, at least one
   */
  public static byte[] encode(List<byte[]> frames) {
    GrowingBytes out = new GrowingBytes();
    byte[] last = frames.getLast();
    out.append(last, 0, lineEnd(last, 0) + 1);
    out.append(BEFORE, 0, BEFORE.length);
    for (int i = 0; i < frames.size(); i++) {
      if (i > 0) {
        out.append((byte) ',');
      }
      element(out, frames.get(i));
    }
    out.append(AFTER, 0, AFTER.length);
    return Arrays.copyOf(out.array(), out.length());
  }

  // The lines of a frame are in the order that FrameEncoder gives them: id, time, event, channel,
  // data.
  private static void element(GrowingBytes out, byte[] frame) {
    int line = 0;
    int end = lineEnd(frame, line);
    value(out, ID, frame, line + "id: ".length(), end);
    int time = -1;
    int type = -1;
    for (line = end + 1; frame[line] != 'c'; line = lineEnd(frame, line) + 1) {
      if (frame[line] == 't') {
        time = line + "time: ".length();
      } else {
        type = line + "event: ".length();
      }
    }
    end = lineEnd(frame, line);
    value(out, CHANNEL, frame, line + "channel: ".length(), end);
    if (type >= 0) {
      value(out, TYPE, frame, type, lineEnd(frame, type));
    }
    if (time >= 0) {
      value(out, TIME, frame, time, lineEnd(frame, time));
    } else {
      out.append((byte) '"');
    }
    out.append(DATA, 0, DATA.length);
    boolean first = true;
    for (line = end + 1; frame[line] != '\n'; line = end + 1) {
      if (!first) {
        out.append((byte) '\\');
        out.append((byte) 'n');
      }
      first = false;
      end = lineEnd(frame, line);
      escaped(out, frame, line + "data: ".length(), end);
    }
    out.append(END, 0, END.length);
  }

  private static void value(GrowingBytes out, byte[] before, byte[] frame, int from, int to) {
    out.append(before, 0, before.length);
    escaped(out, frame, from, to);
  }

  // Bytes of UTF-8 past ASCII go as they are; RFC 8259, section 7, has what must be escaped.
  private static void escaped(GrowingBytes out, byte[] source, int from, int to) {
    int start = from;
    for (int i = from; i < to; i++) {
      byte b = source[i];
      if (b == '"' || b == '\\' || (b >= 0 && b < ' ')) {
        out.append(source, start, i);
        start = i + 1;
        escape(out, b);
      }
    }
    out.append(source, start, to);
  }

  private static void escape(GrowingBytes out, byte b) {
    out.append((byte) '\\');
    if (b == '"' || b == '\\') {
      out.append(b);
    } else if (b == '\t') {
      out.append((byte) 't');
    } else {
      out.append((byte) 'u');
      out.append((byte) '0');
      out.append((byte) '0');
      out.append(HEX[b >> 4]);
      out.append(HEX[b & 15]);
    }
  }

  private static int lineEnd(byte[] frame, int from) {
    int end = from;
    while (frame[end] != '\n') {
      end++;
    }
    return end;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
