package io.sluice.server;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client of HTTP/2 that sends what it is told, right or wrong. A thread of its own reads what
 * comes, unless it is told not to.
 */
final class RawHttp2Client implements Closeable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  static final int INITIAL_WINDOW_SIZE = 4;

  private static final int TIMEOUT_SECONDS = 20;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final Socket socket = new Socket();
  private final OutputStream out;
  private final Map<Integer, AtomicInteger> framesByType = new ConcurrentHashMap<>();
  private final Map<Integer, String> headsByStream = new ConcurrentHashMap<>();
  private final Map<Integer, ByteArrayOutputStream> dataByStream = new ConcurrentHashMap<>();
  private final Map<Integer, CompletableFuture<Void>> ends = new ConcurrentHashMap<>();

  // Nothing can be sent any more; what was sent to us may still be read.
  private volatile boolean broken;

  /** The error code of the server's GOAWAY; fails if it closes without one. */
  final CompletableFuture<Integer> goAway = new CompletableFuture<>();

  /** Completes when all was read that came before the server closed, in good order or not. */
  final CompletableFuture<Void> closed = new CompletableFuture<>();

  private RawHttp2Client(InetSocketAddress address, int receiveBufferBytes) throws IOException {
    if (receiveBufferBytes > 0) {
      socket.setReceiveBufferSize(receiveBufferBytes);
    }
    socket.setTcpNoDelay(true);
    socket.connect(address, TIMEOUT_SECONDS * 1000);
    out = new BufferedOutputStream(socket.getOutputStream(), 64 << 10);
  }

  /** Has sent its preface and its settings, and reads. */
  static RawHttp2Client connect(InetSocketAddress address) throws IOException {
    return connect(address, new byte[0]);
  }

  /** Has sent something before its preface. */
  static RawHttp2Client connect(InetSocketAddress address, byte[] before) throws IOException {
    RawHttp2Client client = new RawHttp2Client(address, 0);
    client.out.write(before);
    client.greet();
    Thread.ofVirtual().start(client::readAll);
    return client;
  }

  /** Reads nothing of what the server sends. */
  static RawHttp2Client connectWithoutReading(InetSocketAddress address) throws IOException {
    RawHttp2Client client = new RawHttp2Client(address, 4 << 10);
    client.greet();
    return client;
  }

  private void greet() throws IOException {
    out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    send(SETTINGS, 0, 0);
    out.flush();
  }

  /** Adds a frame to what is sent; without an exception when the server has closed. */
  RawHttp2Client send(int type, int flags, int stream, byte... payload) {
    try {
      byte[] head =
          ByteBuffer.allocate(9)
              .putInt(payload.length << 8 | type)
              .put((byte) flags)
              .putInt(stream)
              .array();
      out.write(head);
      out.write(payload);
    } catch (IOException e) {
      broken = true;
    }
    return this;
  }

  RawHttp2Client flush() {
    try {
      out.flush();
    } catch (IOException e) {
      broken = true;
    }
    return this;
  }

  /** A request without a body. */
  RawHttp2Client request(int stream, String method, String path) {
    return send(HEADERS, END_STREAM | END_HEADERS, stream, head(method, path)).flush();
  }

  RawHttp2Client windowUpdate(int stream, int bytes) {
    return send(WINDOW_UPDATE, 0, stream, number(bytes));
  }

  RawHttp2Client setting(int name, int value) {
    return send(
        SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) name).putInt(value).array());
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** A head as HPACK has it when nothing is compressed (RFC 7541, section 6.2.2). */
  static byte[] head(String method, String path, String... more) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    field(block, ":method", method);
    field(block, ":path", path);
    field(block, ":scheme", "http");
    field(block, ":authority", "localhost");
    for (int i = 0; i < more.length; i += 2) {
      field(block, more[i], more[i + 1]);
    }
    return block.toByteArray();
  }

  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    text(block, name);
    text(block, value);
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      while (rest >= 128) {
        block.write(rest % 128 + 128);
        rest /= 128;
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  /** Whether the server has closed. */
  boolean isClosed() {
    return broken || closed.isDone();
  }

  /** Waits for the end of a response and gives its body. */
  String response(int stream) throws Exception {
    end(stream).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    return data(stream).toString(StandardCharsets.UTF_8);
  }

  /** The response's head on a stream as HPACK has it; values are plain text within it. */
  String head(int stream) {
    return String.valueOf(headsByStream.get(stream));
  }

  /** How many bytes have come on a stream. */
  int received(int stream) {
    return data(stream).size();
  }

  /** How many frames of a type have come. */
  int frames(int type) {
    return counter(type).get();
  }

  private void readAll() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        read(in);
      }
    } catch (EOFException e) { // does nothing if there was one
      goAway.completeExceptionally(new AssertionError("closed without a GOAWAY"));
    } catch (IOException e) {
      goAway.completeExceptionally(new AssertionError("cut without a GOAWAY", e));
    }
    closed.complete(null);
    ends.values().forEach(end -> end.completeExceptionally(new AssertionError("closed")));
  }

  private void read(DataInputStream in) throws IOException {
    int lengthAndType = in.readInt();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    byte[] payload = new byte[lengthAndType >>> 8];
    in.readFully(payload);
    int type = lengthAndType & 0xff;
    counter(type).incrementAndGet();
    switch (type) {
      case HEADERS -> headsByStream.put(stream, new String(payload, StandardCharsets.ISO_8859_1));
      case DATA -> data(stream).writeBytes(payload);
      case RST_STREAM ->
          end(stream)
              .completeExceptionally(
                  new AssertionError("reset: " + ByteBuffer.wrap(payload).getInt()));
      case GOAWAY -> goAway.complete(ByteBuffer.wrap(payload).getInt(4));
      default -> {}
    }
    if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
      end(stream).complete(null);
    }
  }

  private AtomicInteger counter(int type) {
    return framesByType.computeIfAbsent(type, some -> new AtomicInteger());
  }

  private ByteArrayOutputStream data(int stream) {
    return dataByStream.computeIfAbsent(stream, some -> new ByteArrayOutputStream());
  }

  private CompletableFuture<Void> end(int stream) {
    return ends.computeIfAbsent(stream, some -> new CompletableFuture<>());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
