package io.sluice.sqlite;

import org.jspecify.annotations.Nullable;

/**
 * The file can't be used as it is. Nothing was changed in it. The message says which file, why, and
 * what to do; it is for people.
 */
public final class UnusableFileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says why. */
  public UnusableFileException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
