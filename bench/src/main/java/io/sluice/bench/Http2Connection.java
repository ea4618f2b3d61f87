package io.sluice.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection with prior knowledge (RFC 9113, section 3.3) that opens streams and lets
 * the server send on them: enough to hold idle subscribers, no more.
 *
 * <p>It runs in one thread; the counters and {@link #close()} are for any.
 */
final class Http2Connection implements Runnable {

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int MAX_PAYLOAD_BYTES = 16_384;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;

  private static final int ACK = 0x1;
  private static final int END_STREAM = 0x1;
  private static final int END_HEADERS = 0x4;

  private final IdlePlan plan;
  private final int firstSubscriber;
  private final int streams;
  private final Socket socket = new Socket();
  private final AtomicInteger streaming = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private volatile boolean closed;
  private volatile @Nullable IOException failure;

  /**
   * @param firstSubscriber number of its first subscriber among all
   * @param streams how many subscribers it is for
   */
  Http2Connection(IdlePlan plan, int firstSubscriber, int streams) {
    this.plan = plan;
    this.firstSubscriber = firstSubscriber;
    this.streams = streams;
  }

  /** Streams that were answered 200. */
  int streaming() {
    return streaming.get();
  }

  /** Streams that ended, or were answered otherwise. */
  int ended() {
    return ended.get();
  }

  /** Why the connection ended; null where it didn't. */
  @Nullable IOException failure() {
    return failure;
  }

  void close() {
    closed = true;
    try {
      socket.close();
    } catch (IOException e) {
      failure = e;
    }
  }

  @Override
  public void run() {
    try (socket) {
      socket.connect(Endpoint.of(plan.target().subscribeUrl()).address());
      OutputStream out = socket.getOutputStream();
      ByteArrayOutputStream opening = new ByteArrayOutputStream();
      opening.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
      opening.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
      for (int i = 0; i < streams; i++) {
        byte[] request = request(firstSubscriber + i);
        opening.writeBytes(frame(HEADERS, END_STREAM | END_HEADERS, 1 + 2 * i, request));
      }
      out.write(opening.toByteArray());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (!closed) {
        readFrame(in, out);
      }
    } catch (IOException e) {
      if (!closed) {
        failure = e;
        ended.addAndGet(streaming.get());
      }
    }
  }

  private void readFrame(DataInputStream in, OutputStream out) throws IOException {
    long head = ((long) in.readInt() << 32) | (in.readInt() & 0xFFFFFFFFL);
    int length = (int) (head >>> 40);
    int type = (int) (head >>> 32) & 0xFF;
    int flags = (int) (head >>> 24) & 0xFF;
    int stream = (int) (head & 0xFFFFFF) << 8 | in.readUnsignedByte();
    if (length > MAX_PAYLOAD_BYTES) {
      throw new IOException("a frame of " + length + " bytes");
    }
    byte[] payload = in.readNBytes(length);
    switch (type) {
      case SETTINGS, PING -> {
        if ((flags & ACK) == 0) {
          out.write(frame(type, ACK, 0, type == PING ? payload : new byte[0]));
        }
      }
      case HEADERS -> answered(payload);
      case DATA -> giveBack(length, stream, out);
      case RST_STREAM -> ended.incrementAndGet();
      case GOAWAY -> throw new IOException("the server said goodbye");
      default -> {
        // WINDOW_UPDATE and what else there may be: nothing is sent that it could be about.
      }
    }
    if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
      ended.incrementAndGet();
    }
  }

  /** A status of 200 is one byte, index 8 of HPACK's table, after changes of that table's size. */
  private void answered(byte[] headerBlock) {
    int at = 0;
    while (at < headerBlock.length && (headerBlock[at] & 0xE0) == 0x20) {
      at++;
    }
    if (at < headerBlock.length && (headerBlock[at] & 0xFF) == 0x88) {
      streaming.incrementAndGet();
    } else {
      ended.incrementAndGet();
    }
  }

  private static void giveBack(int bytes, int stream, OutputStream out) throws IOException {
    if (bytes > 0) {
      byte[] increment = ByteBuffer.allocate(4).putInt(bytes).array();
      out.write(frame(WINDOW_UPDATE, 0, 0, increment));
      out.write(frame(WINDOW_UPDATE, 0, stream, increment));
    }
  }

  /** A header block of literals that are never put into a table (RFC 7541, section 6.2.2). */
  private byte[] request(int subscriber) {
    int channel = subscriber % plan.audience().channels();
    Target target = plan.target();
    String url =
        target
            .subscribeUrl()
            .replace("{channel}", target.channel())
            .replace("{n}", Integer.toString(channel));
    URI uri = URI.create(url);
    String path = url.substring(url.indexOf('/', url.indexOf("//") + 2));
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(0x82); // :method GET
    block.write(0x86); // :scheme http
    literal(block, new int[] {0x01}, uri.getRawAuthority()); // :authority
    literal(block, new int[] {0x04}, path); // :path
    literal(block, new int[] {0x0F, 0x04}, "text/event-stream"); // accept
    return block.toByteArray();
  }

  private static void literal(ByteArrayOutputStream block, int[] name, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length > 126) {
      throw new IllegalArgumentException("\"" + value + "\" has more than 126 bytes");
    }
    for (int next : name) {
      block.write(next);
    }
    block.write(bytes.length);
    block.writeBytes(bytes);
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putShort((short) (payload.length >> 8))
        .put((byte) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }
}
