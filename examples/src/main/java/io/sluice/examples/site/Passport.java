package io.sluice.examples.site;

import io.sluice.access.Identification;
import io.sluice.access.KeyOptions;
import io.sluice.access.TokenOptions;
import io.sluice.access.TokenVerifier;
import io.sluice.access.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who somebody is: a token in a cookie, signed with a secret that the hub has too. So the browser
 * shows it to both by itself, and the application keeps no sessions.
 *
 * <p>Names are believed as they are typed: these are examples. An application asks for a password
 * here.
 *
 * <p>Thread-safe.
 */
final class Passport implements AutoCloseable {

  private static final Duration GOOD_FOR = Duration.ofHours(12);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,24}");

  private final String cookie;
  private final String secret;
  private final TokenOptions options;
  private final TokenVerifier verifier;

  private Passport(String cookie, String secret) {
    this.cookie = cookie;
    this.secret = secret;
    this.options = TokenOptions.of(KeyOptions.NONE.withSecret(secret));
    this.verifier = TokenVerifier.open(options, InstantSource.system());
  }

  /**
   * With the secret that lies in the directory, so that who is signed in stays so over a restart; a
   * new one is made if there is none.
   *
   * @param application names the cookie: ports of a host share their cookies, and other examples
   *     may run on theirs
   * @throws IOException if the file can't be read or written
   */
  static Passport open(String application, Path data) throws IOException {
    Path file = data.resolve("secret.txt");
    if (!Files.exists(file)) {
      byte[] random = new byte[32];
      new SecureRandom().nextBytes(random);
      // Appears as a whole, and is nobody else's to read.
      Path whole = Files.createTempFile(data, "secret", ".new");
      if (Files.getFileStore(whole).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(whole, PosixFilePermissions.fromString("rw-------"));
      }
      Files.writeString(whole, HexFormat.of().formatHex(random));
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return new Passport("sluice-" + application, Files.readString(file).strip());
  }

  /** The hub's setting {@code identity.cookie}. */
  String cookie() {
    return cookie;
  }

  /** The hub's setting {@code identity.tokens.secret}. */
  String secret() {
    return secret;
  }

  /**
   * Checks a name.
   *
   * @throws Refusal with 400 for one that can't be a part of a channel
   */
  static String checkName(@Nullable String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new Refusal(
          400, "a name is 1 to 24 letters of a-z, digits, '_' and '-', not '" + name + "'");
    }
    return name;
  }

  /** The {@code Set-Cookie} of somebody who signs in. */
  String issue(User user) {
    String token =
        Tokens.sign(
            options,
            Tokens.Contents.of(user.name(), GOOD_FOR).withRoles(user.roles()),
            Instant.now());
    return cookie(token, GOOD_FOR);
  }

  /** The {@code Set-Cookie} of somebody who signs out. */
  String withdrawn() {
    return cookie("", Duration.ZERO);
  }

  // Lax: other sites' pages can't post with it. Not Secure, because the examples are on loopback.
  private String cookie(String value, Duration age) {
    return "%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d"
        .formatted(cookie, value, age.toSeconds());
  }

  /** Who shows this header, or null: nobody, or somebody whose token is no good. */
  @Nullable User read(@Nullable String cookies) {
    if (cookies == null) {
      return null;
    }
    for (String pair : cookies.split("; *", -1)) {
      if (pair.startsWith(cookie + "=")) {
        return switch (verifier.verify(pair.substring(cookie.length() + 1)).join()) {
          case Identification.Known(var who) ->
              new User(String.valueOf(who.subject()), who.roles());
          case Identification.Refused refused -> null;
        };
      }
    }
    return null;
  }

  @Override
  public void close() {
    verifier.close();
  }
}
