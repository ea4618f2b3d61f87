package io.sluice.examples.site;

import io.sluice.access.Identification;
import io.sluice.access.KeyOptions;
import io.sluice.access.TokenOptions;
import io.sluice.access.TokenVerifier;
import io.sluice.access.Tokens;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who somebody is: a token in a cookie, signed with a secret that the hub has too. So the browser
 * shows it to both by itself, EventSource included, and the application keeps no sessions.
 *
 * <p>Names are believed as they are typed: these are examples. An application asks for a password
 * here.
 *
 * <p>Thread-safe.
 */
final class Passport implements AutoCloseable {

  /** The cookie's name: the hub's setting {@code identity.cookie}. */
  static final String COOKIE = "example-session";

  private static final Duration GOOD_FOR = Duration.ofHours(12);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,24}");

  private final String secret;
  private final TokenOptions options;
  private final TokenVerifier verifier;

  Passport(String secret) {
    this.secret = secret;
    this.options = TokenOptions.of(KeyOptions.NONE.withSecret(secret));
    this.verifier = TokenVerifier.open(options, InstantSource.system());
  }

  /** A secret that nobody else has. */
  static String newSecret() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** The hub's setting {@code identity.tokens.secret}. */
  String secret() {
    return secret;
  }

  /**
   * The {@code Set-Cookie} of somebody who signs in.
   *
   * @throws Refusal with 400 for a name that can't be a part of a channel
   */
  String issue(String name, Set<String> roles) {
    if (!NAME.matcher(name).matches()) {
      throw new Refusal(400, "a name is 1 to 24 letters, digits, '_' and '-', not '" + name + "'");
    }
    String token =
        Tokens.sign(options, Tokens.Contents.of(name, GOOD_FOR).withRoles(roles), Instant.now());
    // Lax: other sites' pages can't post with it. Not Secure, because the examples are on loopback.
    return COOKIE
        + "="
        + token
        + "; Path=/; HttpOnly; SameSite=Lax; Max-Age="
        + GOOD_FOR.toSeconds();
  }

  /** The {@code Set-Cookie} of somebody who signs out. */
  static String withdrawn() {
    return COOKIE + "=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0";
  }

  /** Who shows this header, or null: nobody, or somebody whose token is no good. */
  @Nullable User read(@Nullable String cookies) {
    if (cookies == null) {
      return null;
    }
    for (String cookie : cookies.split("; *", -1)) {
      if (cookie.startsWith(COOKIE + "=")) {
        String token = cookie.substring(COOKIE.length() + 1);
        return switch (verifier.verify(token).join()) {
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
