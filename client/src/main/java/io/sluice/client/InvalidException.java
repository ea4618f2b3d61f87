package io.sluice.client;

/**
 * What was sent breaks a rule: {@code invalid-channel}, {@code schema-violation}, {@code too-large}
 * and others.
 */
public final class InvalidException extends RefusedException {

  private static final long serialVersionUID = 1L;

  InvalidException(Problem problem) {
    super(problem);
  }
}
