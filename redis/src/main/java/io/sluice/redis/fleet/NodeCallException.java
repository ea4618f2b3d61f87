package io.sluice.redis.fleet;

/**
 * Another node gave no answer. It carries no stack trace: an outage of Redis must be cheap.
 *
 * <p>Immutable.
 */
public final class NodeCallException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why there is none. */
  public enum Reason {
    /** No node of that name is there: nothing was done. */
    GONE,
    /** It was asked, and said nothing in time: whether it did something isn't known. */
    SILENT,
    /** It failed at it. */
    FAILED,
    /** Redis can't be reached from here, or too much waits for answers: nothing was done. */
    AWAY
  }

  private final Reason reason;

  NodeCallException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** Why there is none. */
  public Reason reason() {
    return reason;
  }
}
