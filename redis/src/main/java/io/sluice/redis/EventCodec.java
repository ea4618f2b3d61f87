package io.sluice.redis;

import io.sluice.log.Draft;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An event as it lies in Redis: type and key, each behind a byte with its length, then the body of
 * its frame. Stateless.
 */
final class EventCodec {

  private static final int NONE = 255;

  private EventCodec() {}

  static byte[] encode(Draft draft) {
    byte[] type = bytes(draft.type());
    byte[] key = bytes(draft.key());
    byte[] body = draft.body();
    ByteBuffer out = ByteBuffer.allocate(2 + length(type) + length(key) + body.length);
    put(out, type);
    put(out, key);
    return out.put(body).array();
  }

  private static int length(byte @Nullable [] text) {
    return text == null ? 0 : text.length;
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static void put(ByteBuffer out, byte @Nullable [] text) {
    if (text == null) {
      out.put((byte) NONE);
    } else {
      out.put((byte) text.length).put(text);
    }
  }

  /** Reads one that takes the next so many bytes. */
  static Draft decode(String channel, ByteBuffer in, int length) {
    int end = in.position() + length;
    String type = text(in);
    String key = text(in);
    byte[] body = new byte[end - in.position()];
    in.get(body);
    return Draft.encoded(channel, type, key, body);
  }

  private static @Nullable String text(ByteBuffer in) {
    int length = in.get() & 0xff;
    if (length == NONE) {
      return null;
    }
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
