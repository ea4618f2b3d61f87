package io.sluice.examples.site;

/** A request can't be done; the answer is a problem (RFC 9457) with this status and detail. */
public final class Refusal extends RuntimeException {

  private final int status;

  /** With what the client is told. */
  public Refusal(int status, String detail) {
    super(detail);
    this.status = status;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }
}
