package io.sluice.bench;

/** What a server sent isn't HTTP/1.1 as the load generator understands it. */
final class MalformedResponseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MalformedResponseException(String message) {
    super(message);
  }
}
