package io.sluice.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import io.sluice.event.ChannelPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Makes tokens that a hub with the same settings believes: for development and tests. */
public final class Tokens {

  /** The longest that a token made here may be good for. */
  public static final Duration MAX_TTL = Duration.ofDays(366);

  private static final Set<String> SET_HERE =
      Set.of("sub", "iss", "aud", "exp", "nbf", "iat", "jti", "scope", "sluice");

  private Tokens() {}

  /**
   * What a token is to say.
   *
   * <p>Immutable.
   *
   * @param subject whose it is
   * @param roles what they are, as rules name it
   * @param scopes what it is for
   * @param grants what they may do beside what the rules allow
   * @param claims all else, as JSON values
   * @param ttl how long it is good
   */
  public record Contents(
      String subject,
      Set<String> roles,
      Set<String> scopes,
      Grants grants,
      Map<String, Object> claims,
      Duration ttl) {

    /**
     * @throws IllegalArgumentException for a subject that no hub accepts, a ttl out of bounds, or a
     *     claim that is set by another name
     */
    public Contents {
      roles = Set.copyOf(roles);
      scopes = Set.copyOf(scopes);
      claims = Map.copyOf(claims);
      try {
        TokenClaims.checkName("subject", subject);
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException("a token " + wrong.getMessage(), wrong);
      }
      if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(MAX_TTL) > 0) {
        throw new IllegalArgumentException(
            "a token can't be good for "
                + ttl.toSeconds()
                + " s: 1 s to "
                + MAX_TTL.toDays()
                + " days is possible");
      }
      for (String name : claims.keySet()) {
        if (SET_HERE.contains(name)) {
          throw new IllegalArgumentException(
              "the claim " + name + " follows from the rest and can't be set by itself");
        }
      }
    }

    /** A token of somebody, with nothing else in it. */
    public static Contents of(String subject, Duration ttl) {
      return new Contents(subject, Set.of(), Set.of(), Grants.NONE, Map.of(), ttl);
    }

    /** The same with roles. */
    public Contents withRoles(Set<String> names) {
      return new Contents(subject, names, scopes, grants, claims, ttl);
    }

    /** The same with scopes. */
    public Contents withScopes(Set<String> names) {
      return new Contents(subject, roles, names, grants, claims, ttl);
    }

    /** The same with grants. */
    public Contents withGrants(Grants granted) {
      return new Contents(subject, roles, scopes, granted, claims, ttl);
    }

    /** The same with other claims. */
    public Contents withClaims(Map<String, Object> values) {
      return new Contents(subject, roles, scopes, grants, values, ttl);
    }
  }

  /**
   * Makes a token, signed by HS256, with the issuer and audience that the options ask for.
   *
   * @throws IllegalArgumentException if the options have no secret: the hub then believes another's
   *     keys only
   */
  public static String sign(TokenOptions options, Contents contents, Instant now) {
    byte[] secret = options.keys().secret();
    if (secret == null) {
      throw new IllegalArgumentException(
          "tokens can be made here only with a shared secret; there is none in the settings");
    }
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build();
    JWSObject token =
        new JWSObject(
            header, new Payload(Claims.JSON.writeValueAsBytes(claims(options, contents, now))));
    try {
      token.sign(new MACSigner(secret));
    } catch (JOSEException impossible) {
      throw new IllegalStateException("the secret was checked before", impossible);
    }
    return token.serialize();
  }

  private static Map<String, Object> claims(TokenOptions options, Contents contents, Instant now) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", contents.subject());
    if (options.issuer() != null) {
      claims.put("iss", options.issuer());
    }
    if (!options.audiences().isEmpty()) {
      claims.put("aud", List.copyOf(options.audiences()));
    }
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(contents.ttl()).getEpochSecond());
    claims.put("jti", UUID.randomUUID().toString());
    if (!contents.roles().isEmpty()) {
      // A path is written as the one name that it also is.
      claims.put(options.rolesClaim(), contents.roles());
    }
    if (!contents.scopes().isEmpty()) {
      claims.put("scope", String.join(" ", contents.scopes()));
    }
    if (!contents.grants().equals(Grants.NONE)) {
      claims.put(
          "sluice",
          Map.of(
              "subscribe", texts(contents.grants().subscribe()),
              "publish", texts(contents.grants().publish())));
    }
    claims.putAll(contents.claims());
    return claims;
  }

  private static List<String> texts(List<ChannelPattern> patterns) {
    return patterns.stream().map(ChannelPattern::toString).toList();
  }
}
