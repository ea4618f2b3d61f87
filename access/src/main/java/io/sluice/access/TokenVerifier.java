package io.sluice.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JWSAlgorithm;
import io.sluice.access.Identification.Known;
import io.sluice.access.Identification.Refused;
import io.sluice.access.KeySet.Match;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Says whose a signed token is (JWT, RFC 7519, checked as RFC 8725 asks).
 *
 * <p>Thread-safe. Never blocks: it answers at once unless the issuer has to be asked for its keys.
 * Then the future completes on another thread, after at most a few seconds.
 */
public final class TokenVerifier implements AutoCloseable {

  // What to know about it:
  // - Which algorithms are accepted follows from the keys (TokenKey), never from the token.
  // - Verified tokens are remembered by their hash, so that a storm of reconnects costs no
  //   signatures. What is remembered is believed only while it hasn't expired and the key that it
  //   was signed with is still one of ours; both are asked each time, so neither can be outlived.
  //   Revocations are asked by whoever calls (Identities), each time too.
  // - Only what a trusted key has signed is remembered: nobody else can push tokens out.

  /** So many verified tokens are remembered. */
  static final int MAX_REMEMBERED = 10_000;

  private static final Set<JWSAlgorithm> KNOWN_ALGORITHMS =
      Set.of(
          JWSAlgorithm.HS256,
          JWSAlgorithm.HS384,
          JWSAlgorithm.HS512,
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.EdDSA,
          JWSAlgorithm.Ed25519);

  private record Verified(Identity identity, TokenKey key) {}

  private final TokenClaims claims;
  private final InstantSource clock;
  private final KeySet fixed;
  private final @Nullable RemoteKeys remote;

  private final Cache<Fingerprint, Verified> remembered =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();

  TokenVerifier(
      TokenOptions options, KeySet fixed, @Nullable RemoteKeys remote, InstantSource clock) {
    this.claims = new TokenClaims(options);
    this.fixed = fixed;
    this.remote = remote;
    this.clock = clock;
  }

  /**
   * Reads the keys that are in settings and files, and begins to fetch those of a URL.
   *
   * @throws IllegalArgumentException if a file can't be read or a key in it is of no use; says
   *     which, why, and what to do
   */
  public static TokenVerifier open(TokenOptions options, InstantSource clock) {
    KeyOptions sources = options.keys();
    List<TokenKey> keys = new ArrayList<>();
    if (sources.secret() != null) {
      keys.add(TokenKey.ofSecret(sources.secret()));
    }
    for (Path file : sources.keysFiles()) {
      keys.addAll(PemKeys.read(file));
    }
    KeySet fixed = new KeySet(keys);
    if (sources.jwksFile() != null) {
      try {
        fixed = fixed.and(JwkSet.parse(KeyOptions.read(sources.jwksFile()), true));
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException(
            "the JWK set " + sources.jwksFile() + ": " + wrong.getMessage(), wrong);
      }
    }
    RemoteKeys remote = sources.jwks() == null ? null : RemoteKeys.at(sources.jwks(), clock);
    if (remote != null) {
      // The first token shouldn't have to wait.
      remote.refresh();
    }
    return new TokenVerifier(options, fixed, remote, clock);
  }

  /** Says whose the token is; {@link Known} or {@link Refused}, never a failed future. */
  public CompletableFuture<Identification> verify(String text) {
    Fingerprint fingerprint = Fingerprint.of(text);
    Verified verified = remembered.getIfPresent(fingerprint);
    if (verified != null) {
      if (!verified.identity.hasExpired(clock.instant()) && isTrusted(verified.key)) {
        return CompletableFuture.completedFuture(new Known(verified.identity));
      }
      remembered.invalidate(fingerprint);
    }
    SignedToken token;
    try {
      token = SignedToken.parse(text);
    } catch (RefusedTokenException refused) {
      return CompletableFuture.completedFuture(refused.refusal());
    }
    return match(token).thenApply(match -> check(token, match, fingerprint));
  }

  private boolean isTrusted(TokenKey key) {
    if (fixed.contains(key)) {
      return true;
    }
    KeySet published = remote == null ? null : remote.usable();
    return published != null && published.contains(key);
  }

  /** The keys as they are, or as they are after asking the issuer. */
  private CompletableFuture<Match> match(SignedToken token) {
    KeySet published = remote == null ? null : remote.usable();
    Match match = match(token, published);
    if (remote == null || isSettled(token, match, published)) {
      return CompletableFuture.completedFuture(match);
    }
    CompletableFuture<@Nullable Void> refresh = remote.refresh();
    return refresh == null
        ? CompletableFuture.completedFuture(match)
        : refresh.thenApply(done -> match(token, remote.usable()));
  }

  private Match match(SignedToken token, @Nullable KeySet published) {
    KeySet keys = published == null ? fixed : fixed.and(published);
    return keys.match(token.keyId(), token.algorithm());
  }

  private static boolean isSettled(SignedToken token, Match match, @Nullable KeySet published) {
    if (JWSAlgorithm.Family.HMAC_SHA.contains(token.algorithm())
        || !KNOWN_ALGORITHMS.contains(token.algorithm())) {
      return true; // no public key can make a difference
    }
    return switch (match) {
      case Match.Keys keys -> keys.named() || (token.keyId() == null && published != null);
      case Match.OtherAlgorithm other -> published != null;
      case Match.TooMany many -> true;
      case Match.UnknownName unknown -> false;
    };
  }

  private Identification check(SignedToken token, Match match, Fingerprint fingerprint) {
    TokenKey key;
    try {
      key = signer(token, match);
    } catch (RefusedTokenException refused) {
      // Without the issuer's keys nobody knows whether it is bad.
      return remote != null && remote.failing() && !isSettled(token, match, remote.usable())
          ? Refused.unavailable(
              "the issuer of tokens can't be asked for its keys at present", RemoteKeys.PAUSE)
          : refused.refusal();
    }
    try {
      Identity identity = claims.identity(token.payload(), clock.instant());
      remembered.put(fingerprint, new Verified(identity, key));
      return new Known(identity);
    } catch (RefusedTokenException refused) {
      return refused.refusal();
    }
  }

  private TokenKey signer(SignedToken token, Match match) {
    return switch (match) {
      case Match.Keys keys -> {
        for (TokenKey key : keys.keys()) {
          if (key.signed(token)) {
            yield key;
          }
        }
        throw new RefusedTokenException(
            "token-signature", "the token wasn't signed with a key that is known here");
      }
      case Match.OtherAlgorithm other -> throw refusedAlgorithm(token);
      case Match.TooMany many ->
          throw new RefusedTokenException(
              "token-signature",
              "the token doesn't name its key (kid), and "
                  + many.keys()
                  + " keys could be meant; at most "
                  + KeySet.MAX_TRIED
                  + " are tried");
      case Match.UnknownName unknown ->
          throw new RefusedTokenException(
              "token-signature", "the token names a key (kid) that isn't known here");
    };
  }

  private RefusedTokenException refusedAlgorithm(SignedToken token) {
    KeySet published = remote == null ? null : remote.usable();
    KeySet keys = published == null ? fixed : fixed.and(published);
    // Its name is repeated only where it is one of those known: it came from anybody.
    String shown =
        KNOWN_ALGORITHMS.contains(token.algorithm()) ? token.algorithm().getName() : "that";
    return new RefusedTokenException(
        "token-algorithm",
        "the token is signed by "
            + shown
            + ", which the key isn't for; the keys here are for "
            + String.join(", ", keys.algorithms()));
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    if (remote != null) {
      remote.close();
    }
  }
}
