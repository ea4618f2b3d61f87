package io.sluice.server;

import io.sluice.access.Identity;
import io.sluice.access.IdentityJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What somebody wants of a stream, whichever node has it. The node that has it decides whether they
 * may: it alone knows whose the stream is.
 *
 * <p>Immutable.
 *
 * @param verb what is wanted
 * @param id the stream's; it begins with its node's name
 * @param who wants it, as the node found out that was asked
 * @param operator whether they may see and close everything
 * @param body of a change, empty otherwise
 */
record ConnectionCommand(Verb verb, String id, Identity who, boolean operator, byte[] body) {

  /** What can be wanted. */
  enum Verb {
    SEE('s'),
    CHANGE('c'),
    CLOSE('x');

    private final byte letter;

    Verb(char letter) {
      this.letter = (byte) letter;
    }

    private static Verb of(byte letter) {
      for (Verb verb : values()) {
        if (verb.letter == letter) {
          return verb;
        }
      }
      throw new IllegalArgumentException("nothing that can be wanted of a stream: " + letter);
    }
  }

  /** The name of the node that has the stream, if there is one. */
  String node() {
    // The name may have dashes, what comes after it has none.
    return id.substring(0, Math.max(0, id.lastIndexOf('-')));
  }

  /** For another node. */
  byte[] encode() {
    byte[] name = id.getBytes(StandardCharsets.UTF_8);
    byte[] identity = IdentityJson.write(who);
    return ByteBuffer.allocate(10 + name.length + identity.length + body.length)
        .put(verb.letter)
        .put((byte) (operator ? 1 : 0))
        .putInt(name.length)
        .put(name)
        .putInt(identity.length)
        .put(identity)
        .put(body)
        .array();
  }

  /**
   * Reads what another node encoded.
   *
   * @throws RuntimeException if it isn't that
   */
  static ConnectionCommand decode(byte[] encoded) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    Verb verb = Verb.of(bytes.get());
    boolean operator = bytes.get() == 1;
    String id = new String(part(bytes, bytes.getInt()), StandardCharsets.UTF_8);
    Identity who = IdentityJson.read(part(bytes, bytes.getInt()));
    return new ConnectionCommand(verb, id, who, operator, part(bytes, bytes.remaining()));
  }

  private static byte[] part(ByteBuffer bytes, int length) {
    byte[] part = new byte[length];
    bytes.get(part);
    return part;
  }
}
