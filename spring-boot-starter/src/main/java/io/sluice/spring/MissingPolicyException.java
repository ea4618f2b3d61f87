package io.sluice.spring;

/** The application's server would serve streams, and nobody says to whom. */
final class MissingPolicyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MissingPolicyException(String path) {
    super("there is no SubscriptionPolicy for the streams at " + path);
  }
}
