package io.sluice.log;

/** The log can't take the events now; nothing of them was appended. */
public final class LogFullException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean temporary;

  LogFullException(String message, boolean temporary) {
    super(message);
    this.temporary = temporary;
  }

  /** Whether the same events may be taken later. */
  public boolean isTemporary() {
    return temporary;
  }
}
