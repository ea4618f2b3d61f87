package io.sluice.bench;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A request with places for the number of the channel and the payload, split once so that writing
 * one is copying bytes. Immutable; thread-safe.
 */
final class RequestTemplate {

  private static final String NUMBER = "{n}";
  private static final String PAYLOAD = "{payload}";

  private final byte[][] head;
  private final byte[][] beforePayload;
  private final byte[] payload;
  private final byte[][] afterPayload;
  private final boolean hasBody;

  private RequestTemplate(String head, String body, byte[] payload, boolean hasBody) {
    int place = body.indexOf(PAYLOAD);
    if (hasBody && (place < 0 || body.indexOf(PAYLOAD, place + 1) >= 0)) {
      throw new IllegalArgumentException("a body has {payload} once, not \"" + body + "\"");
    }
    this.head = split(head);
    this.beforePayload = split(hasBody ? body.substring(0, place) : "");
    this.afterPayload = split(hasBody ? body.substring(place + PAYLOAD.length()) : "");
    this.payload = payload;
    this.hasBody = hasBody;
  }

  /** The request that subscribes; its only place is the number of the channel. */
  static RequestTemplate subscribing(Target target) {
    String head =
        head("GET", target.subscribeUrl(), target.channel(), target.subscribeHeaders())
            + "Accept: text/event-stream\r\n";
    return new RequestTemplate(head, "", new byte[0], false);
  }

  /** The request that publishes. */
  static RequestTemplate publishing(Target target, int payloadBytes) {
    String head =
        head(target.method(), target.publishUrl(), target.channel(), target.publishHeaders());
    String body = target.body().replace("{channel}", target.channel());
    return new RequestTemplate(head, body, Payload.blank(payloadBytes), true);
  }

  private static String head(
      String method, String url, String channel, Map<String, String> headers) {
    // {n} isn't legal in a URI, but only the authority is of interest to it.
    URI uri = URI.create(url.replace("{channel}", "c").replace(NUMBER, "0"));
    String full = url.replace("{channel}", channel);
    int path = full.indexOf('/', full.indexOf("//") + 2);
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(path < 0 ? "/" : full.substring(path));
    head.append(" HTTP/1.1\r\nHost: ").append(uri.getRawAuthority()).append("\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    return head.toString();
  }

  /** Bytes that are enough for any request of this template. */
  int maxBytes() {
    int bytes = payload.length + 64;
    for (byte[][] part : new byte[][][] {head, beforePayload, afterPayload}) {
      for (byte[] literal : part) {
        bytes += literal.length + 10;
      }
    }
    return bytes;
  }

  /** {@link #write(ByteBuffer, int, String)} without further header lines. */
  int write(ByteBuffer to, int number) {
    return write(to, number, "");
  }

  /**
   * Writes the request for the channel with this number, from the buffer's position on.
   *
   * @param headerLines further header lines, each with its line end
   * @return where the payload is, absolute; it has zeros for {@link Payload}'s numbers
   */
  int write(ByteBuffer to, int number, String headerLines) {
    byte[] digits = ascii(Integer.toString(number));
    put(to, head, digits);
    to.put(ascii(headerLines));
    if (hasBody) {
      int bytes = length(beforePayload, digits) + payload.length + length(afterPayload, digits);
      to.put(ascii("Content-Length: " + bytes + "\r\n"));
    }
    to.put((byte) '\r').put((byte) '\n');
    put(to, beforePayload, digits);
    int place = to.position();
    to.put(payload);
    put(to, afterPayload, digits);
    return place;
  }

  private static byte[][] split(String template) {
    String[] literals = template.split(Pattern.quote(NUMBER), -1);
    byte[][] parts = new byte[literals.length][];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = literals[i].getBytes(StandardCharsets.UTF_8);
    }
    return parts;
  }

  private static void put(ByteBuffer to, byte[][] literals, byte[] between) {
    to.put(literals[0]);
    for (int i = 1; i < literals.length; i++) {
      to.put(between).put(literals[i]);
    }
  }

  private static int length(byte[][] literals, byte[] between) {
    int length = between.length * (literals.length - 1);
    for (byte[] literal : literals) {
      length += literal.length;
    }
    return length;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
