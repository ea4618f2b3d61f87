package io.sluice.access;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link Credential}.
 *
 * <p>Immutable.
 */
public sealed interface Identification {

  /**
   * It is believed.
   *
   * @param identity whose it is
   */
  record Known(Identity identity) implements Identification {}

  /**
   * It isn't believed, or nobody can say at present.
   *
   * @param code stable, for programs: {@code token-expired}
   * @param detail for people; never has a credential in it
   * @param retryAfter when it may be asked again, where nobody can say at present (503); null where
   *     the credential is bad (401)
   */
  record Refused(String code, String detail, @Nullable Duration retryAfter)
      implements Identification {

    /** A bad credential. */
    public Refused(String code, String detail) {
      this(code, detail, null);
    }

    /** Nobody can say at present: who can is away or overloaded. */
    static Refused unavailable(String detail, Duration retryAfter) {
      return new Refused("identity-unavailable", detail, retryAfter);
    }
  }
}
