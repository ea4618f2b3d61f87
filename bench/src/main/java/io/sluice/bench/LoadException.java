package io.sluice.bench;

/** A run couldn't be made: the message says what the server, or this machine, didn't do. */
public final class LoadException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LoadException(String message) {
    super(message);
  }

  LoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
