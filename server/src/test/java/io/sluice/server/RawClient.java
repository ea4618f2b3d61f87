package io.sluice.server;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A client that sends what it is told, right or wrong, and reads responses of HTTP/1. */
final class RawClient implements Closeable {

  /** Long enough for the slowest machine; what takes this long has failed. */
  private static final int TIMEOUT_MILLIS = 20_000;

  record Response(int status, Map<String, String> fields, byte[] content) {

    String text() {
      return new String(content, StandardCharsets.UTF_8);
    }

    String field(String name) {
      return fields.get(name.toLowerCase(Locale.ROOT));
    }
  }

  private final Socket connection = new Socket();
  private Socket socket = connection;
  private InputStream in;

  RawClient(InetSocketAddress address) throws IOException {
    this(address, 0);
  }

  /**
   * @param receiveBufferBytes 0 for what is usual
   */
  RawClient(InetSocketAddress address, int receiveBufferBytes) throws IOException {
    this(address, receiveBufferBytes, null);
  }

  /** From one of this machine's other addresses. */
  RawClient(InetSocketAddress address, InetAddress source) throws IOException {
    this(address, 0, source);
  }

  private RawClient(InetSocketAddress address, int receiveBufferBytes, @Nullable InetAddress source)
      throws IOException {
    if (receiveBufferBytes > 0) {
      socket.setReceiveBufferSize(receiveBufferBytes);
    }
    if (source != null) {
      socket.bind(new InetSocketAddress(source, 0));
    }
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    socket.connect(address, TIMEOUT_MILLIS);
    in = socket.getInputStream();
  }

  /** Shakes hands; all that is sent and read from then on is encrypted. */
  RawClient encrypt(SSLContext trust) throws IOException {
    SSLSocket encrypted =
        (SSLSocket)
            trust
                .getSocketFactory()
                .createSocket(connection, "localhost", connection.getPort(), true);
    encrypted.startHandshake();
    socket = encrypted;
    in = encrypted.getInputStream();
    return this;
  }

  InetSocketAddress localAddress() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** A request without a body. */
  RawClient request(String method, String target, String... fieldLines) throws IOException {
    StringBuilder text =
        new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
    for (String line : fieldLines) {
      text.append(line).append("\r\n");
    }
    return send(text.append("\r\n").toString());
  }

  RawClient closeOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Closes with a reset instead of in good order. */
  void reset() throws IOException {
    connection.setSoLinger(true, 0);
    connection.close();
  }

  /** Reads a response to the end of its body. */
  Response response() throws IOException {
    return response(true);
  }

  /** Reads a response that has no body, whatever its head says. */
  Response responseToHead() throws IOException {
    return response(false);
  }

  private Response response(boolean withBody) throws IOException {
    Response head = head();
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    if (!withBody || head.status == 204 || head.status == 304) {
      return head;
    } else if ("chunked".equals(head.field("Transfer-Encoding"))) {
      readChunks(content);
    } else if (head.field("Content-Length") != null) {
      content.write(read(Integer.parseInt(head.field("Content-Length"))));
    } else {
      in.transferTo(content);
    }
    return new Response(head.status, head.fields, content.toByteArray());
  }

  /** Reads a response's head, and nothing of its body. */
  Response head() throws IOException {
    String statusLine = line();
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      fields.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    return new Response(Integer.parseInt(statusLine.substring(9, 12)), fields, new byte[0]);
  }

  private void readChunks(ByteArrayOutputStream content) throws IOException {
    while (true) {
      int length = Integer.parseInt(line(), 16);
      content.write(read(length));
      line();
      if (length == 0) {
        return;
      }
    }
  }

  /** Reads one line, without its line break. */
  String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the server closed after: " + line);
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  byte[] read(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException(length + " bytes were wanted, " + bytes.length + " came");
    }
    return bytes;
  }

  /** Reads what comes until the server closes. */
  String rest() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Waits for the server to close, in good order or not. */
  boolean closedByServer() {
    try {
      in.readAllBytes();
      return true;
    } catch (IOException e) {
      return !(e instanceof SocketTimeoutException);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
