package io.sluice.redis.fleet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What one node sends another: a request, its answer, or news for all.
 *
 * <p>Immutable.
 *
 * @param step what it is
 * @param number of the request among its sender's; 0 for news
 * @param from the node that sends it
 * @param kind what it is about
 * @param body what it says
 */
record Message(Step step, long number, String from, String kind, byte[] body) {

  enum Step {
    REQUEST('q'),
    ANSWER('a'),
    FAILURE('f'),
    NEWS('n');

    private final byte letter;

    Step(char letter) {
      this.letter = (byte) letter;
    }

    static Step of(byte letter) {
      for (Step step : values()) {
        if (step.letter == letter) {
          return step;
        }
      }
      throw new IllegalArgumentException("not a step of a message: " + letter);
    }
  }

  byte[] encode() {
    byte[] sender = from.getBytes(StandardCharsets.UTF_8);
    byte[] about = kind.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(11 + sender.length + about.length + body.length)
        .put(step.letter)
        .putLong(number)
        .put((byte) sender.length)
        .put((byte) about.length)
        .put(sender)
        .put(about)
        .put(body)
        .array();
  }

  /**
   * Reads one.
   *
   * @throws RuntimeException if it isn't one
   */
  static Message decode(byte[] encoded) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    Step step = Step.of(bytes.get());
    long number = bytes.getLong();
    int sender = bytes.get();
    int about = bytes.get();
    return new Message(
        step, number, text(bytes, sender), text(bytes, about), part(bytes, bytes.remaining()));
  }

  private static String text(ByteBuffer bytes, int length) {
    return new String(part(bytes, length), StandardCharsets.UTF_8);
  }

  private static byte[] part(ByteBuffer bytes, int length) {
    byte[] part = new byte[length];
    bytes.get(part);
    return part;
  }
}
