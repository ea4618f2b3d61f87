package io.sluice.log;

import org.jspecify.annotations.Nullable;

/**
 * The store couldn't do what it was asked, or doesn't know whether it did. An append that ends like
 * this wasn't made visible; it may still be found after a restart, so the publisher should try
 * again with the same idempotency key.
 */
public final class StoreFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean temporary;

  /**
   * @param message what can't be done, and why
   * @param temporary whether it may go by by itself
   */
  public StoreFailedException(String message, boolean temporary, @Nullable Throwable cause) {
    super(message, cause);
    this.temporary = temporary;
  }

  /** Whether the same may work later, without anybody doing something about the store. */
  public boolean isTemporary() {
    return temporary;
  }
}
