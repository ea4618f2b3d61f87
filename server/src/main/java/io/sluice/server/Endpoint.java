package io.sluice.server;

/** Answers requests. Called on the loop of the connection that a request came on. */
@FunctionalInterface
interface Endpoint {

  /**
   * Answers the request, now or later on the exchange's loop. What it throws is answered for it: a
   * {@link RefusedException} or {@link io.sluice.event.InvalidEventException} with its problem,
   * anything else with 500.
   */
  void handle(Exchange exchange);
}
