package io.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * The hub gave no answer that settles it, within the time that was allowed for all attempts ({@link
 * SluiceClient.Builder#publishWithin}). The event may have been published all the same, by an
 * attempt whose answer was lost.
 */
public final class UnansweredException extends PublishException {

  private static final long serialVersionUID = 1L;

  UnansweredException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
