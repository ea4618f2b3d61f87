package io.sluice.server;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of a PEM file (RFC 7468).
 *
 * <p>Immutable.
 *
 * @param label what it says it is: {@code CERTIFICATE}, {@code PRIVATE KEY}
 * @param content what stands between its lines, decoded
 */
record Pem(String label, byte[] content) {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /**
   * All blocks of a text, in order. What stands between blocks is for people.
   *
   * @throws IllegalArgumentException if what a block has isn't Base64
   */
  static List<Pem> blocks(String text) {
    List<Pem> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      String label = matcher.group(1);
      // Old ways to encrypt a key put fields before the Base64 (RFC 1421, section 4.6).
      if (matcher.group(2).contains(":")) {
        blocks.add(new Pem("ENCRYPTED " + label, new byte[0]));
      } else {
        blocks.add(new Pem(label, decode(label, matcher.group(2))));
      }
    }
    return List.copyOf(blocks);
  }

  private static byte[] decode(String label, String base64) {
    try {
      return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its " + label + " isn't Base64", e);
    }
  }

  /** The text form. */
  static String text(String label, byte[] content) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /** Never has the content: it may be a key. */
  @Override
  public String toString() {
    return "Pem[" + label + "]";
  }
}
