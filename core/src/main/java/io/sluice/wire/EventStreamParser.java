package io.sluice.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Server-Sent Events stream from bytes that come in any pieces. Knows no HTTP: the caller
 * brings the body's bytes, and at the end of the body drops the parser, and with it the block that
 * wasn't finished, as the standard wants.
 *
 * <p>One parser reads one body. The client's position outlives it: {@link #lastEventId()} goes into
 * the next request, and into the parser of its answer.
 *
 * <p>Confined to one thread at a time. Memory is bounded by the largest block allowed.
 *
 * <p>Source: WHATWG HTML Living Standard, §9.2.5 (parsing) and §9.2.6 (interpreting an event
 * stream).
 */
public final class EventStreamParser {

  /*
   * Lines are found in the bytes as they are: CR, LF and the colon are never part of a longer UTF-8
   * sequence, so decoding can wait until a value is whole, and no split can fall into a character.
   * A line that lies within one feed is interpreted where it lies; only one that is cut by the end
   * of a feed is copied, into `partialLine`.
   *
   * What it costs is to find the ends of lines, eight bytes at a time, and to make texts. Types and
   * channels are mostly those of the event before, so their texts are too. Data of one line, which
   * most is, becomes a text without having been copied before.
   */

  private static final byte LF = '\n';
  private static final byte CR = '\r';

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH_LOWEST_BIT = 0x0101010101010101L;
  private static final long EACH_HIGHEST_BIT = 0x8080808080808080L;
  private static final byte[] NONE = {};
  private static final int MAX_KEPT_CHARACTERS = 64 * 1024;

  private static final byte[] DATA = {'d', 'a', 't', 'a'};
  private static final byte[] ID = {'i', 'd'};
  private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
  private static final byte[] RETRY = {'r', 'e', 't', 'r', 'y'};
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final EventStreamListener listener;
  private final int maxBlockBytes;

  // Where the stream stands.
  private boolean inFirstLine = true;
  private boolean afterCarriageReturn;
  private final GrowingBytes partialLine = new GrowingBytes();

  // Copies of buffers that don't show their array.
  private byte[] copy = NONE;

  // Texts that mostly come again.
  private final RepeatedText types = new RepeatedText();
  private final RepeatedText fieldNames = new RepeatedText();
  private final RepeatedText fieldValues = new RepeatedText();

  // The block in progress. Its data is `onlyLine`, or the lines in `lines`.
  private @Nullable String onlyLine;
  private final StringBuilder lines = new StringBuilder();
  private boolean hasData;
  private int dataBytes;
  private String type = "";
  private String lastEventIdBuffer;

  private String lastEventId;

  /**
   * A parser for a stream of which nothing was read before.
   *
   * @param listener is called from within {@code feed}
   * @param maxBlockBytes how much may be kept of one block: its data so far and the line being read
   */
  public EventStreamParser(EventStreamListener listener, int maxBlockBytes) {
    this(listener, maxBlockBytes, "");
  }

  /**
   * A parser for a stream that is resumed.
   *
   * @param listener is called from within {@code feed}
   * @param maxBlockBytes how much may be kept of one block: its data so far and the line being read
   * @param lastEventId where the stream before this one ended; what events have until one brings an
   *     id of its own
   */
  public EventStreamParser(EventStreamListener listener, int maxBlockBytes, String lastEventId) {
    if (maxBlockBytes < 1) {
      throw new IllegalArgumentException("maxBlockBytes must be at least 1: " + maxBlockBytes);
    }
    this.listener = listener;
    this.maxBlockBytes = maxBlockBytes;
    this.lastEventId = lastEventId;
    this.lastEventIdBuffer = lastEventId;
  }

  /**
   * The id to resume from: the last one in a block that has ended. Empty if there was none, or if
   * the stream reset it.
   */
  public String lastEventId() {
    return lastEventId;
  }

  /**
   * Reads what the buffer holds between its position and its limit, and moves the position there.
   *
   * @throws BlockTooLargeException if a block exceeds the limit; the parser is of no use afterwards
   */
  public void feed(ByteBuffer bytes) {
    if (bytes.hasArray()) {
      int from = bytes.arrayOffset() + bytes.position();
      feed(bytes.array(), from, from + bytes.remaining());
      bytes.position(bytes.limit());
    } else {
      int length = bytes.remaining();
      if (copy.length < length) {
        copy = new byte[length];
      }
      bytes.get(copy, 0, length);
      feed(copy, 0, length);
    }
  }

  /**
   * Reads the next bytes of the stream. The array is the caller's again on return.
   *
   * @param bytes holds them
   * @param from index of the first
   * @param to index after the last
   * @throws BlockTooLargeException if a block exceeds the limit; the parser is of no use afterwards
   */
  public void feed(byte[] bytes, int from, int to) {
    int lineStart = from;
    if (afterCarriageReturn && from < to) {
      afterCarriageReturn = false;
      if (bytes[from] == LF) {
        lineStart++; // the second half of a CRLF whose CR ended the line before
      }
    }
    int end = lineEnd(bytes, lineStart, to);
    while (end < to) {
      lineEnded(bytes, lineStart, end);
      lineStart = end + 1;
      if (bytes[end] == CR) {
        // A CR ends its line at once: waiting for an LF would hold the event back.
        if (lineStart == to) {
          afterCarriageReturn = true;
        } else if (bytes[lineStart] == LF) {
          lineStart++;
        }
      }
      end = lineEnd(bytes, lineStart, to);
    }
    if (lineStart < to) {
      requireRoom(partialLine.length() + (to - lineStart));
      partialLine.append(bytes, lineStart, to);
    }
  }

  /** Index of the first CR or LF, or {@code to} if there is none. */
  private static int lineEnd(byte[] bytes, int from, int to) {
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long eight = (long) EIGHT_BYTES.get(bytes, i);
      long ends =
          zeroBytes(eight ^ (LF * EACH_LOWEST_BIT)) | zeroBytes(eight ^ (CR * EACH_LOWEST_BIT));
      if (ends != 0) {
        return i + (Long.numberOfTrailingZeros(ends) >>> 3);
      }
    }
    while (i < to && bytes[i] != LF && bytes[i] != CR) {
      i++;
    }
    return i;
  }

  /** The highest bit of bytes that are zero, exact up to the first one from the lowest byte. */
  private static long zeroBytes(long eight) {
    return (eight - EACH_LOWEST_BIT) & ~eight & EACH_HIGHEST_BIT;
  }

  private void lineEnded(byte[] bytes, int from, int to) {
    requireRoom(partialLine.length() + (to - from));
    if (partialLine.length() == 0) {
      wholeLine(bytes, from, to);
    } else {
      partialLine.append(bytes, from, to);
      int length = partialLine.length();
      // Emptied first: the array stays as it is until the next append.
      partialLine.clear();
      wholeLine(partialLine.array(), 0, length);
    }
  }

  private void wholeLine(byte[] bytes, int from, int to) {
    int start = from;
    if (inFirstLine) {
      inFirstLine = false;
      // §9.2.5: one leading byte order mark is not part of the first line.
      if (startsWith(bytes, from, to, BYTE_ORDER_MARK)) {
        start += BYTE_ORDER_MARK.length;
      }
    }
    if (start == to) {
      blockEnded();
      return;
    }
    int colon = start;
    while (colon < to && bytes[colon] != ':') {
      colon++;
    }
    if (colon == start) {
      listener.comment(LenientUtf8.decode(bytes, start + 1, to));
      return;
    }
    int valueStart = Math.min(colon + 1, to);
    if (valueStart < to && bytes[valueStart] == ' ') {
      valueStart++;
    }
    field(bytes, start, colon, valueStart, to);
  }

  private void field(byte[] bytes, int name, int nameEnd, int value, int to) {
    if (is(bytes, name, nameEnd, DATA)) {
      addData(bytes, value, to);
    } else if (is(bytes, name, nameEnd, ID)) {
      if (indexOf(bytes, value, to, (byte) 0) < 0) { // §9.2.6: with a NULL the field is ignored
        lastEventIdBuffer = LenientUtf8.decode(bytes, value, to);
      }
    } else if (is(bytes, name, nameEnd, EVENT)) {
      type = types.decode(bytes, value, to);
    } else if (is(bytes, name, nameEnd, RETRY)) {
      retry(bytes, value, to);
    } else {
      listener.field(fieldNames.decode(bytes, name, nameEnd), fieldValues.decode(bytes, value, to));
    }
  }

  private void addData(byte[] bytes, int from, int to) {
    // Line by line: what is malformed in one doesn't reach into the next.
    String line = LenientUtf8.decode(bytes, from, to);
    if (!hasData) {
      hasData = true;
      onlyLine = line;
      dataBytes = to - from;
      return;
    }
    if (onlyLine != null) {
      lines.append(onlyLine);
      onlyLine = null;
    }
    lines.append('\n').append(line);
    dataBytes += 1 + to - from;
  }

  private void retry(byte[] bytes, int from, int to) {
    if (from == to) {
      return;
    }
    long millis = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return; // §9.2.6: only ASCII digits, or the field is ignored
      }
      boolean fits = millis <= (Long.MAX_VALUE - digit) / 10;
      millis = fits ? millis * 10 + digit : Long.MAX_VALUE;
    }
    listener.retry(millis);
  }

  private void blockEnded() {
    // The id holds even if there is nothing to dispatch: that is what a heartbeat is made of.
    boolean moved = !lastEventIdBuffer.equals(lastEventId);
    lastEventId = lastEventIdBuffer;
    String blockType = type;
    type = "";
    if (!hasData) {
      if (moved) {
        listener.position(lastEventId);
      }
      listener.blockWithoutData();
      return;
    }
    String blockData = onlyLine == null ? manyLines() : onlyLine;
    hasData = false;
    dataBytes = 0;
    listener.event(lastEventId, blockType.isEmpty() ? "message" : blockType, blockData);
  }

  private String manyLines() {
    String joined = lines.toString();
    lines.setLength(0);
    if (lines.capacity() > MAX_KEPT_CHARACTERS) {
      lines.trimToSize(); // one large event mustn't stay with its connection for ever
    }
    return joined;
  }

  private void requireRoom(int lineBytes) {
    if (lineBytes > maxBlockBytes - dataBytes) {
      throw new BlockTooLargeException(maxBlockBytes);
    }
  }

  private static boolean is(byte[] bytes, int from, int to, byte[] name) {
    return to - from == name.length && startsWith(bytes, from, to, name);
  }

  private static boolean startsWith(byte[] bytes, int from, int to, byte[] prefix) {
    return to - from >= prefix.length
        && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
  }

  private static int indexOf(byte[] bytes, int from, int to, byte wanted) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
