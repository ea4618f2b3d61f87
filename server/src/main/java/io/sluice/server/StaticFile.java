package io.sluice.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A file that comes with the server and is answered as it is. Clients keep it, and ask each time
 * whether it is still the same: after an upgrade nobody sees a page made of old and new files.
 *
 * <p>Immutable.
 */
final class StaticFile implements Endpoint {

  private final byte[] content;
  private final Fields fields;
  private final String tag;

  private StaticFile(byte[] content, Fields fields, String tag) {
    this.content = content;
    this.fields = fields;
    this.tag = tag;
  }

  /**
   * Reads a file from beside this class.
   *
   * @param more header fields beside content type and caching
   * @throws IllegalStateException if there is no such file in this build
   */
  static StaticFile load(String name, String contentType, Fields more) {
    byte[] content = read(name);
    String tag = '"' + hash(content) + '"';
    Fields fields =
        Fields.of(
            "Content-Type",
            contentType,
            "Cache-Control",
            "no-cache",
            "ETag",
            tag,
            "X-Content-Type-Options",
            "nosniff");
    return new StaticFile(content, fields.and(more), tag);
  }

  private static byte[] read(String name) {
    try (InputStream in = StaticFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("this build lacks the file " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("this build's file " + name + " can't be read", e);
    }
  }

  private static String hash(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(Arrays.copyOf(digest, 12));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void handle(Exchange exchange) {
    if (isHeld(exchange.headers("If-None-Match"))) {
      exchange.respond(304, fields);
    } else {
      exchange.respond(200, fields, content);
    }
  }

  // RFC 9110, section 13.1.2: a list of tags, compared weakly, or an asterisk.
  private boolean isHeld(List<String> conditions) {
    return conditions.stream()
        .flatMap(condition -> Arrays.stream(condition.split(",")))
        .map(String::strip)
        .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag));
  }
}
