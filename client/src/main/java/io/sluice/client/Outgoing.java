package io.sluice.client;

import io.sluice.event.Publication;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Something to be published, as it goes into a request, and who waits for its ids.
 *
 * <p>Immutable, but for the future.
 *
 * @param json one event, or an array of them
 * @param count how many events
 * @param key the publisher's own idempotency key; null: the client makes one
 * @param within until when it has to be settled
 * @param ids are theirs, in order
 */
record Outgoing(
    byte[] json,
    int count,
    @Nullable String key,
    Deadline within,
    CompletableFuture<List<String>> ids) {

  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  /** One event, which may share a request with others. */
  static Outgoing line(Publication event, Deadline within) {
    JsonBytes json = new JsonBytes(event.data().length + 128);
    write(event, json);
    return new Outgoing(json.toByteArray(), 1, null, within, new CompletableFuture<>());
  }

  /** Events that are published as a whole, in a request of their own. */
  static Outgoing whole(List<Publication> events, @Nullable String key, Deadline within) {
    JsonBytes json = new JsonBytes(256 * events.size());
    json.write('[');
    for (int i = 0; i < events.size(); i++) {
      if (i > 0) {
        json.write(',');
      }
      write(events.get(i), json);
    }
    json.write(']');
    return new Outgoing(
        json.toByteArray(),
        events.size(),
        key == null ? "" : key,
        within,
        new CompletableFuture<>());
  }

  /** Whether it needs a request of its own. */
  boolean isWhole() {
    return key != null;
  }

  private static void write(Publication event, JsonBytes json) {
    json.text("{\"channel\":").quoted(event.channel());
    if (event.type() != null) {
      json.text(",\"type\":").quoted(event.type());
    }
    if (event.key() != null) {
      json.text(",\"key\":").quoted(event.key());
    }
    json.text(",\"data\":").quoted(event.data()).write('}');
  }

  /** JSON being written, in UTF-8. Confined to its caller. */
  private static final class JsonBytes extends java.io.ByteArrayOutputStream {

    JsonBytes(int bytes) {
      super(bytes);
    }

    JsonBytes text(String text) {
      writeBytes(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return this;
    }

    JsonBytes quoted(String text) {
      return quoted(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    // What needs an escape is ASCII, and ASCII bytes are never part of a longer sequence.
    JsonBytes quoted(byte[] utf8) {
      write('"');
      int plain = 0;
      for (int i = 0; i < utf8.length; i++) {
        byte b = utf8[i];
        if (b == '"' || b == '\\' || (b >= 0 && b < ' ')) {
          write(utf8, plain, i - plain);
          escape(b);
          plain = i + 1;
        }
      }
      write(utf8, plain, utf8.length - plain);
      write('"');
      return this;
    }

    private void escape(byte b) {
      write('\\');
      if (b == '\n') {
        write('n');
      } else if (b < ' ') {
        text("u00");
        write(HEX[b >> 4]);
        write(HEX[b & 15]);
      } else {
        write(b);
      }
    }
  }
}
