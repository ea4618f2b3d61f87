package io.sluice.client;

/** An event wasn't published, or nobody knows whether it was. */
public abstract sealed class PublishException extends RuntimeException
    permits RefusedException, UnansweredException {

  private static final long serialVersionUID = 1L;

  PublishException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
    super(message, cause);
  }
}
