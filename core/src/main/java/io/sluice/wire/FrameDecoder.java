package io.sluice.wire;

import io.sluice.event.Event;
import io.sluice.event.EventId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads an event back out of its frame, which {@link FrameEncoder} made. Stateless. */
public final class FrameDecoder {

  private FrameDecoder() {}

  /** The event of a frame that isn't one of the hub's own. */
  public static Event event(Frames frames, int frame) {
    byte[] bytes = new byte[frames.end(frame) - frames.start(frame)];
    frames.bytes().get(frames.start(frame), bytes);
    EventId id = EventId.parse(field(bytes, "id: "));
    if (id == null) {
      throw new IllegalArgumentException("a frame without an id");
    }
    String type = fieldOrNull(bytes, "event: ");
    return new Event(
        id,
        field(bytes, "channel: "),
        type,
        frames.key(frame),
        Instant.ofEpochMilli(frames.timeMillis(frame)),
        FrameData.of(bytes, 0, bytes.length));
  }

  private static String field(byte[] frame, String name) {
    String value = fieldOrNull(frame, name);
    if (value == null) {
      throw new IllegalArgumentException("a frame without " + name);
    }
    return value;
  }

  private static @Nullable String fieldOrNull(byte[] frame, String name) {
    int start = 0;
    while (start < frame.length) {
      int end = start;
      while (frame[end] != '\n') {
        end++;
      }
      if (startsWith(frame, start, end, name)) {
        return new String(
            frame, start + name.length(), end - start - name.length(), StandardCharsets.UTF_8);
      }
      start = end + 1;
    }
    return null;
  }

  private static boolean startsWith(byte[] frame, int start, int end, String name) {
    if (end - start < name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (frame[start + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
