package io.sluice.redis.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** What Redis does in one step; each is a file of that name beside this class. Immutable. */
enum Script {
  /** A node says that it is there, and hears who is. */
  RENEW,
  /** A node says that it goes. */
  DEPART,
  /** Keeps a ticket. */
  TICKET,
  /** Takes one out. */
  REDEEM,
  /** Takes back an identity. */
  REVOKE,
  /** What was taken back since. */
  REVOKED,
  /** Takes a place in accounts, if all have one left. */
  PLACE,
  /** Says how many places a node has in an account. */
  COUNT,
  /** Says that somebody is, or isn't, in a channel through a node. */
  HERE,
  /** Who tells for all, and which nodes have told what of theirs. */
  LEAD;

  private final String text;
  private final String digest;

  Script() {
    String file = name().toLowerCase(Locale.ROOT) + ".lua";
    try (InputStream source = Script.class.getResourceAsStream(file)) {
      if (source == null) {
        throw new IllegalStateException(file + " is missing");
      }
      byte[] bytes = source.readAllBytes();
      text = new String(bytes, StandardCharsets.UTF_8);
      // Only a name: Redis knows scripts by it.
      digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  byte[] text() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  String digest() {
    return digest;
  }

  static byte[] bytes(Object argument) {
    return argument instanceof byte[] bytes
        ? bytes
        : argument.toString().getBytes(StandardCharsets.UTF_8);
  }

  static String text(Object answered) {
    return answered instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(answered);
  }

  static long number(Object answered) {
    return answered instanceof Long number ? number : Long.parseLong(text(answered));
  }
}
