/**
 * The load generator: opens subscribers, publishes at a set rate and checks what arrives.
 *
 * <p>It shares the machine with the server that it measures, so its own cost is what bounds the
 * figures: one thread per role, NIO on direct buffers, one read per readiness, no allocation per
 * event. Read {@link io.sluice.bench.LoadRun} first, then {@link io.sluice.bench.SubscriberLoop}
 * and {@link io.sluice.bench.PublisherLoop}.
 *
 * <p>It speaks HTTP/1.1 over TCP to any hub whose requests fit {@link io.sluice.bench.Target}, and
 * knows nothing of Sluice.
 */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
