package io.sluice.server;

import java.util.function.Consumer;

/**
 * What a listener serves.
 *
 * @param endpoint answers all requests; called on every loop
 * @param limits what is taken from clients
 * @param refusals sees every problem that a client is answered; called on every loop
 */
record HttpService(Endpoint endpoint, HttpLimits limits, Consumer<Problem> refusals) {}
