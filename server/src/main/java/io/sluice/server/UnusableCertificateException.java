package io.sluice.server;

/**
 * A certificate or a private key with which the server can't listen. The message names the file and
 * says what is wrong with it; it never has anything of a key.
 */
public final class UnusableCertificateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnusableCertificateException(String message) {
    super(message);
  }

  UnusableCertificateException(String message, Throwable cause) {
    super(message, cause);
  }
}
