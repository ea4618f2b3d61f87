package io.sluice.access;

/** Why a token isn't believed, on its way from where that was found to where it is answered. */
final class RefusedTokenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * @param code of the refusal
   * @param detail never has the token in it
   */
  RefusedTokenException(String code, String detail) {
    // Without a stack: a flood of bad tokens is an everyday thing.
    super(detail, null, false, false);
    this.code = code;
  }

  Identification.Refused refusal() {
    return new Identification.Refused(code, String.valueOf(getMessage()));
  }
}
