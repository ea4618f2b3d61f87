package io.sluice.spring;

/** What a publish fails with that was to follow a commit, where the transaction was rolled back. */
public final class RolledBackException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RolledBackException() {
    super("the transaction was rolled back; nothing was published");
  }
}
