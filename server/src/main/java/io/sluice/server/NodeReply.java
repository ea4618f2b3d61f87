package io.sluice.server;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a node answers to a request that came to it or to another: a status and JSON, or why not.
 *
 * <p>Immutable.
 *
 * @param status 200 or 204
 * @param json empty with 204
 */
record NodeReply(int status, byte[] json) {

  static final NodeReply NO_CONTENT = new NodeReply(204, new byte[0]);

  private static final byte DONE = 1;
  private static final byte REFUSED = 2;

  /** Answers with it. */
  void respond(Exchange exchange) {
    if (status == 204) {
      exchange.respond(204, Fields.NONE);
    } else {
      exchange.respondJson(status, json);
    }
  }

  /** For another node. */
  byte[] encode() {
    return ByteBuffer.allocate(3 + json.length)
        .put(DONE)
        .putShort((short) status)
        .put(json)
        .array();
  }

  /** A refusal, for another node. */
  static byte[] encode(Problem problem) {
    ObjectNode json = Json.object();
    json.put("status", problem.status())
        .put("code", problem.code())
        .put("detail", problem.detail());
    Duration retryAfter = problem.retryAfter();
    if (retryAfter != null) {
      json.put("retryAfterMillis", retryAfter.toMillis());
    }
    byte[] bytes = Json.bytes(json);
    return ByteBuffer.allocate(1 + bytes.length).put(REFUSED).put(bytes).array();
  }

  /**
   * Reads what another node encoded.
   *
   * @throws RefusedException if it was a refusal
   */
  static NodeReply decode(byte[] encoded) {
    if (encoded[0] == DONE) {
      return new NodeReply(
          ByteBuffer.wrap(encoded, 1, 2).getShort(),
          Arrays.copyOfRange(encoded, 3, encoded.length));
    }
    JsonNode json = Json.tree(Arrays.copyOfRange(encoded, 1, encoded.length));
    @Nullable JsonNode retryAfter = json.get("retryAfterMillis");
    throw new RefusedException(
        new Problem(
            json.path("status").asInt(),
            json.path("code").asString(),
            json.path("detail").asString(),
            retryAfter == null ? null : Duration.ofMillis(retryAfter.asLong()),
            null));
  }
}
