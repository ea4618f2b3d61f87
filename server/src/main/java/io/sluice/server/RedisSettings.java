package io.sluice.server;

import io.sluice.redis.RedisOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The server that nodes share, where there is one.
 *
 * <p>Immutable.
 *
 * @param url where it is, and as which user; without a password
 * @param password of that user
 * @param passwordFile has it, in place of {@code password}
 * @param caFile certificates that the server's is checked by, in place of the JVM's own
 * @param prefix of the names of all keys
 * @param timeout how long a command may take
 * @param replicas how many replicas must have an event before it is shown and answered
 */
public record RedisSettings(
    Optional<String> url,
    Optional<String> password,
    Optional<Path> passwordFile,
    Optional<Path> caFile,
    String prefix,
    Duration timeout,
    int replicas) {

  /**
   * What opens connections to it.
   *
   * @throws IOException if the file with the password can't be read
   */
  public RedisOptions options() throws IOException {
    RedisOptions options =
        RedisOptions.of(url.orElseThrow())
            .withPrefix(prefix)
            .withReplicas(replicas)
            .withTimeout(timeout);
    if (password.isPresent()) {
      options = options.withPassword(password.get());
    } else if (passwordFile.isPresent()) {
      options = options.withPassword(Files.readString(passwordFile.get()).strip());
    }
    return caFile.isPresent() ? options.withCaFile(caFile.get()) : options;
  }
}
