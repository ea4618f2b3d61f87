package io.sluice.event;

/**
 * A channel, type, key or data that breaks a rule. The message has the value and the rule; the code
 * is stable and meant for programs.
 */
public final class InvalidEventException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * @param code stable, lower case with dashes: {@code invalid-channel}
   * @param detail for people: the value, the limit, what to do
   */
  public InvalidEventException(String code, String detail) {
    super(detail);
    this.code = code;
  }

  /** Stable, lower case with dashes: {@code invalid-channel}. */
  public String code() {
    return code;
  }

  /** For people: the value, the limit, what to do. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
