package io.sluice.examples.site;

/**
 * A request can't be done; the answer is a problem (RFC 9457) with this status and detail.
 *
 * <p>Immutable.
 */
public final class Refusal extends RuntimeException {

  private final int status;
  private final long retryAfterSeconds;

  /** With what the client is told. */
  public Refusal(int status, String detail) {
    this(status, detail, 0);
  }

  private Refusal(int status, String detail, long retryAfterSeconds) {
    super(detail);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The same; the same request may be sent again in so many seconds. */
  public Refusal retryAfter(long seconds) {
    return new Refusal(status, String.valueOf(getMessage()), seconds);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** After how many seconds it may be tried again; 0 where waiting doesn't help. */
  public long retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
