package io.sluice.client;

/** A supplier of tokens or tickets failed. Never leaves the package. */
final class CredentialException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CredentialException(RuntimeException cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }
}
