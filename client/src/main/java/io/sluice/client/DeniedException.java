package io.sluice.client;

/**
 * Whoever asks may not do this: {@code authentication-required}, {@code forbidden-channel}, {@code
 * token-expired} and others.
 */
public final class DeniedException extends RefusedException {

  private static final long serialVersionUID = 1L;

  DeniedException(Problem problem) {
    super(problem);
  }
}
