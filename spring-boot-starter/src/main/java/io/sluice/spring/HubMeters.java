package io.sluice.spring;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.sluice.hub.CloseReason;
import io.sluice.hub.Hub;
import io.sluice.hub.HubFigures;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a hub in this process as meters, which have in Prometheus the names that the hub's
 * own server gives them. The hub counts for itself; they are read when somebody asks.
 *
 * <p>Thread-safe.
 */
record HubMeters(Hub hub) implements MeterBinder {

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(registry, "sluice.connections", "Open streams", HubFigures::streams);
    counter(registry, "sluice.connections.opened", "Streams opened", HubFigures::opened);
    counter(registry, "sluice.events.published", "Events appended", HubFigures::published);
    counter(registry, "sluice.events.delivered", "Events written", HubFigures::delivered);
    counter(registry, "sluice.events.replayed", "Events written on resumes", HubFigures::replayed);
    counter(registry, "sluice.sent.bytes", "Bytes written to streams", HubFigures::bytes);
    counter(registry, "sluice.resumes", "Streams that began from an id", HubFigures::resumes);
    counter(registry, "sluice.gaps", "Gaps told", HubFigures::gaps);
    counter(registry, "sluice.heartbeats", "Heartbeats sent", HubFigures::heartbeats);
    counter(registry, "sluice.evictions", "Events given up", f -> f.log().evicted());
    gauge(registry, "sluice.log.events", "Events retained", f -> f.log().retainedEvents());
    gauge(registry, "sluice.log.bytes", "Bytes retained", f -> f.log().retainedBytes());
    gauge(registry, "sluice.log.memory.bytes", "Memory of the log", f -> f.log().memoryBytes());
    gauge(registry, "sluice.channels", "Channels known", f -> f.log().channels());
    gauge(registry, "sluice.lag.events", "Furthest a stream is behind", HubFigures::maxLag);
    for (CloseReason reason : CloseReason.values()) {
      FunctionCounter.builder(
              "sluice.connections.closed",
              hub,
              of -> of.figures().closed().getOrDefault(reason, 0L))
          .description("Streams ended, by reason")
          .tag("reason", reason.label())
          .register(registry);
    }
  }

  private void gauge(
      MeterRegistry registry, String name, String meaning, ToDoubleFunction<HubFigures> figure) {
    Gauge.builder(name, hub, of -> figure.applyAsDouble(of.figures()))
        .description(meaning)
        .register(registry);
  }

  private void counter(
      MeterRegistry registry, String name, String meaning, ToDoubleFunction<HubFigures> figure) {
    FunctionCounter.builder(name, hub, of -> figure.applyAsDouble(of.figures()))
        .description(meaning)
        .register(registry);
  }
}
