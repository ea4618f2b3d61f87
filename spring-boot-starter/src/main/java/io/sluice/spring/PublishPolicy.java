package io.sluice.spring;

/**
 * Says who may publish over HTTP, where the application's own server serves the hub. Only if there
 * is a bean of this type can anybody publish over HTTP at all: {@code POST /events/{channel}}. What
 * the application publishes itself isn't asked about.
 *
 * <p>Called as {@link SubscriptionPolicy} is.
 */
@FunctionalInterface
public interface PublishPolicy {

  /** Whether somebody may publish to a channel. */
  boolean mayPublish(Caller caller, String channel);
}
