package io.sluice.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do about {@link MissingPolicyException}. Stateless. */
final class MissingPolicyAnalyzer extends AbstractFailureAnalyzer<MissingPolicyException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, MissingPolicyException cause) {
    return new FailureAnalysis(
        "The hub would be served by this application, but " + cause.getMessage() + ".",
        "Declare a bean of type io.sluice.spring.SubscriptionPolicy that says who may subscribe to"
            + " what; or set sluice.insecure=true to let everybody subscribe to everything; or"
            + " sluice.serve=none if only this process subscribes.",
        cause);
  }
}
