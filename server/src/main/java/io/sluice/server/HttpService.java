package io.sluice.server;

import java.util.function.Consumer;

/**
 * What a listener serves.
 *
 * @param endpoint answers all requests; called on every loop
 * @param limits what is taken from clients
 * @param refusals sees every problem that a client is answered; called on every loop
 * @param proxies that connections may come through
 * @param pending counts the requests of all listeners that wait for something
 */
record HttpService(
    Endpoint endpoint,
    HttpLimits limits,
    Consumer<Problem> refusals,
    ProxySettings proxies,
    PendingRequests pending) {

  /** Without proxies, with as many pending requests as is standard. */
  HttpService(Endpoint endpoint, HttpLimits limits, Consumer<Problem> refusals) {
    this(endpoint, limits, refusals, ProxySettings.NONE, PendingRequests.standard());
  }
}
