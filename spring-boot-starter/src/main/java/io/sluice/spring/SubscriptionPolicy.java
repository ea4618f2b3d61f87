package io.sluice.spring;

import io.sluice.event.ChannelPattern;

/**
 * Says who may subscribe to what, where the application's own server serves the streams. A bean of
 * this type is asked for each channel and pattern of each request.
 *
 * <pre>{@code
 * @Bean
 * SubscriptionPolicy subscriptions() {
 *   return (caller, channel) ->
 *       ChannelPattern.parse("public/**").covers(channel)
 *           || ChannelPattern.parse("users/" + caller.name() + "/**").covers(channel);
 * }
 * }</pre>
 *
 * <p>Called on the thread of the request, or on Reactor's {@code boundedElastic} in a reactive
 * application: it may wait for a database. What it throws is answered with 500.
 */
@FunctionalInterface
public interface SubscriptionPolicy {

  /**
   * Whether somebody may subscribe.
   *
   * @param channel a channel or a pattern; {@link ChannelPattern#covers} says whether all that it
   *     stands for is among what somebody may have. {@code users/@me/…} is the caller's own already
   */
  boolean maySubscribe(Caller caller, ChannelPattern channel);
}
