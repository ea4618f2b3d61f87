package io.sluice.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A script that Redis runs as one step. It is sent as a whole only if the server doesn't have it.
 *
 * <p>Immutable.
 */
enum Script {
  JOIN,
  APPEND,
  CONFIRM,
  LOOK,
  READ,
  SWEEP;

  @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
  private final byte[] source;

  private final String hash;

  Script() {
    String file = name().toLowerCase(java.util.Locale.ROOT) + ".lua";
    try (InputStream in = Script.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing");
      }
      source = in.readAllBytes();
      hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs it.
   *
   * @return what it answers: lists, {@code byte[]} and {@code Long}; fails as the connection does,
   *     and then it isn't known whether it ran
   */
  CompletableFuture<List<Object>> run(
      StatefulRedisConnection<byte[], byte[]> connection, byte[] key, byte[]... arguments) {
    byte[][] keys = {key};
    return connection
        .async()
        .<List<Object>>evalsha(hash, ScriptOutputType.MULTI, keys, arguments)
        .toCompletableFuture()
        .exceptionallyCompose(
            failure -> {
              Throwable cause =
                  failure instanceof CompletionException && failure.getCause() != null
                      ? failure.getCause()
                      : failure;
              // It says that it did nothing: the one failure after which to send again is safe.
              return cause instanceof RedisNoScriptException
                  ? connection
                      .async()
                      .<List<Object>>eval(source, ScriptOutputType.MULTI, keys, arguments)
                      .toCompletableFuture()
                  : CompletableFuture.failedFuture(cause);
            });
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] bytes(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }

  static String text(Object answer) {
    return answer instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(answer);
  }

  static long number(Object answer) {
    return answer instanceof Long value ? value : Long.parseLong(text(answer));
  }
}
