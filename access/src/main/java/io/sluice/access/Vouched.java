package io.sluice.access;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody whom an application's backend knows and asks for a ticket for, with an API key of its
 * own.
 *
 * <p>Immutable.
 *
 * @param subject who it is
 * @param roles what it is, as rules name it
 * @param claims all else: JSON values as strings, numbers, booleans, lists and maps, without nulls
 * @param expires from then on it is nobody, and its stream ends; null for as long as the stream
 *     lasts
 */
public record Vouched(
    String subject, Set<String> roles, Map<String, Object> claims, @Nullable Instant expires) {

  /**
   * @throws IllegalArgumentException for a subject that is empty, has more than 255 bytes or
   *     control characters
   */
  public Vouched {
    try {
      TokenClaims.checkName("subject", subject);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("who is vouched for " + wrong.getMessage(), wrong);
    }
    roles = Set.copyOf(roles);
    claims = Map.copyOf(claims);
  }

  /**
   * Whom the ticket stands for. It is taken back with the key, too.
   *
   * @param voucher the key
   * @throws IllegalArgumentException if the key may not do so ({@link Identity#mayVouch}), or would
   *     make somebody an operator without being one
   */
  public Identity by(Identity voucher, Instant now) {
    if (!voucher.mayVouch()) {
      throw new IllegalArgumentException(
          "tickets in the name of others need an API key that has tickets: true");
    }
    if (roles.contains(Identity.OPERATOR) && !voucher.isOperator()) {
      throw new IllegalArgumentException(
          "an API key without the role " + Identity.OPERATOR + " can't give it to others");
    }
    Instant keyEnds = voucher.expires();
    boolean keyEndsFirst = keyEnds != null && (expires == null || keyEnds.isBefore(expires));
    return new Identity(
        Identity.Kind.SESSION,
        subject,
        roles,
        Set.of(),
        claims,
        Grants.NONE,
        keyEndsFirst ? keyEnds : expires,
        voucher.tokenId(),
        now,
        voucher.confinedTo());
  }
}
