package io.sluice.redis;

/** No hub can be opened on this server: it can't be reached, or isn't one that can be used. */
public final class UnreachableRedisException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreachableRedisException(String message) {
    super(message);
  }
}
