package io.sluice.bench;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A request with places for the number of the channel and the payloads, split once so that writing
 * one is copying bytes. Immutable; thread-safe.
 */
final class RequestTemplate {

  private static final String NUMBER = "{n}";
  private static final String PAYLOAD = "{payload}";

  private final byte[][] head;
  private final byte[][] beforePayload;
  private final byte[] payload;
  private final byte[][] afterPayload;

  /** Events in the body: 0 where there is none, an array from 2 on. */
  private final int events;

  private RequestTemplate(String head, String body, byte[] payload, int events) {
    int place = body.indexOf(PAYLOAD);
    if (events > 0 && (place < 0 || body.indexOf(PAYLOAD, place + 1) >= 0)) {
      throw new IllegalArgumentException("a body has {payload} once, not \"" + body + "\"");
    }
    this.head = split(head);
    this.beforePayload = split(events > 0 ? body.substring(0, place) : "");
    this.afterPayload = split(events > 0 ? body.substring(place + PAYLOAD.length()) : "");
    this.payload = payload;
    this.events = events;
  }

  /** The request that subscribes; its only place is the number of the channel. */
  static RequestTemplate subscribing(Target target) {
    String head =
        head("GET", target.subscribeUrl(), target.channel(), target.subscribeHeaders())
            + "Accept: text/event-stream\r\n";
    return new RequestTemplate(head, "", new byte[0], 0);
  }

  /** The request that publishes so many events. */
  static RequestTemplate publishing(Target target, int payloadBytes, int events) {
    String head =
        head(target.method(), target.publishUrl(), target.channel(), target.publishHeaders());
    String body = target.body().replace("{channel}", target.channel());
    return new RequestTemplate(head, body, Payload.blank(payloadBytes), events);
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
    int event = payload.length + 1 + maxBytes(beforePayload) + maxBytes(afterPayload);
    return maxBytes(head) + 64 + events * event;
  }

  private static int maxBytes(byte[][] literals) {
    int bytes = 0;
    for (byte[] literal : literals) {
      bytes += literal.length + 10;
    }
    return bytes;
  }

  /** How far apart the payloads of two events are that follow each other in a request. */
  int stride(int number) {
    return eventBytes(ascii(Integer.toString(number))) + 1;
  }

  private int eventBytes(byte[] digits) {
    return length(beforePayload, digits) + payload.length + length(afterPayload, digits);
  }

  /** {@link #write(ByteBuffer, int, String)} without further header lines. */
  int write(ByteBuffer to, int number) {
    return write(to, number, "");
  }

  /**
   * Writes the request for the channel with this number, from the buffer's position on.
   *
   * @param headerLines further header lines, each with its line end
   * @return where the first payload is, absolute; it has zeros for {@link Payload}'s numbers. The
   *     others follow, each {@link #stride} after the one before
   */
  int write(ByteBuffer to, int number, String headerLines) {
    byte[] digits = ascii(Integer.toString(number));
    put(to, head, digits);
    to.put(ascii(headerLines));
    boolean array = events > 1;
    if (events > 0) {
      int bytes = events * eventBytes(digits) + (array ? events + 1 : 0);
      to.put(ascii("Content-Length: " + bytes + "\r\n"));
    }
    to.put((byte) '\r').put((byte) '\n');
    int place = to.position() + (array ? 1 : 0) + length(beforePayload, digits);
    for (int event = 0; event < events; event++) {
      if (array) {
        to.put((byte) (event == 0 ? '[' : ','));
      }
      put(to, beforePayload, digits);
      to.put(payload);
      put(to, afterPayload, digits);
    }
    if (array) {
      to.put((byte) ']');
    }
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
