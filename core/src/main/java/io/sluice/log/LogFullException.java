package io.sluice.log;

/** The log can't take the events now; nothing of them was appended. */
public final class LogFullException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is full. */
  public enum Reason {
    /** The events are too many to be taken at once, now or later. */
    TOO_LARGE,
    /** Too much waits in memory; later there is room. */
    MEMORY,
    /** The store has no room left: somebody has to make some. */
    STORAGE
  }

  private final Reason reason;

  public LogFullException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** What is full. */
  public Reason reason() {
    return reason;
  }
}
