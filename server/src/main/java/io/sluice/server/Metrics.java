package io.sluice.server;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.sluice.hub.CloseReason;
import io.sluice.hub.Hub;
import io.sluice.hub.HubFigures;
import io.sluice.presence.Presence;
import io.sluice.redis.fleet.Fleet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /metrics}: the hub's, the JVM's and the process' figures in Prometheus' text format.
 *
 * <p>The hub counts for itself; this reads its figures when somebody asks. Thread-safe.
 */
final class Metrics {

  private static final Fields HEAD =
      Fields.of(
          "Content-Type", PrometheusTextFormatWriter.CONTENT_TYPE, "Cache-Control", "no-store");

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();
  private final Hub hub;
  private final Counter refusals;

  // Taken once for each scrape, so that its figures belong together. Two scrapes at a time may
  // share one.
  private volatile HubFigures figures;

  Metrics(Hub hub, @Nullable Presence presence) {
    this(hub, presence, null);
  }

  Metrics(Hub hub, @Nullable Presence presence, @Nullable Fleet fleet) {
    this.hub = hub;
    this.figures = hub.figures();
    refusals =
        Counter.builder()
            .name("sluice_refusals_total")
            .help("Requests refused, by the problem's code")
            .labelNames("code")
            .register(registry);
    gauge("sluice_connections", "Open streams", HubFigures::streams);
    counter("sluice_connections_opened_total", "Streams opened", HubFigures::opened);
    counter("sluice_events_published_total", "Events appended", HubFigures::published);
    counter("sluice_events_delivered_total", "Events written", HubFigures::delivered);
    counter("sluice_events_replayed_total", "Events written on resumes", HubFigures::replayed);
    counter("sluice_sent_bytes_total", "Bytes written to streams", HubFigures::bytes);
    counter("sluice_resumes_total", "Streams that began from an id", HubFigures::resumes);
    counter("sluice_gaps_total", "Gaps told", HubFigures::gaps);
    counter("sluice_heartbeats_total", "Heartbeats sent", HubFigures::heartbeats);
    counter("sluice_evictions_total", "Events given up", f -> f.log().evicted());
    counter("sluice_cleanings_total", "Segments cleaned", f -> f.log().cleanedSegments());
    counter("sluice_cleaning_copied_bytes_total", "Bytes moved", f -> f.log().copiedBytes());
    gauge("sluice_log_events", "Events retained", f -> f.log().retainedEvents());
    gauge("sluice_log_bytes", "Bytes of frames retained", f -> f.log().retainedBytes());
    gauge("sluice_log_memory_bytes", "Memory held by the log", f -> f.log().memoryBytes());
    counter(
        "sluice_compressed_events_total",
        "Events whose data was compressed",
        f -> f.compression().events());
    counter(
        "sluice_compressed_in_bytes_total",
        "Bytes of their frames before",
        f -> f.compression().bytesIn());
    counter(
        "sluice_compressed_out_bytes_total",
        "Bytes of their data on the wire",
        f -> f.compression().bytesOut());
    counter(
        "sluice_compression_passed_total",
        "Large events sent as they are because too much waited to be compressed",
        f -> f.compression().passed());
    gauge("sluice_channels", "Channels known", f -> f.log().channels());
    gauge("sluice_lag_events", "Furthest a stream is behind", f -> f.maxLag());
    if (presence != null) {
      addPresence(presence);
    }
    if (fleet != null) {
      addFleet(fleet);
    }
    CounterWithCallback.builder()
        .name("sluice_connections_closed_total")
        .help("Streams ended, by reason")
        .labelNames("reason")
        .callback(
            callback -> {
              var closed = figures.closed();
              for (CloseReason reason : CloseReason.values()) {
                callback.call(closed.getOrDefault(reason, 0L), reason.label());
              }
            })
        .register(registry);
    registry.register(this::publishToWrite);
    JvmMetrics.builder().register(registry);
  }

  private void addPresence(Presence presence) {
    gauge("sluice_presence_channels", "Channels with members", f -> presence.figures().rooms());
    gauge(
        "sluice_presence_memberships",
        "Streams and the channels that they are in, all pairs",
        f -> presence.figures().memberships());
    counter(
        "sluice_presence_events_total",
        "Events published of who came and went",
        f -> presence.figures().told());
    counter(
        "sluice_presence_refused_total",
        "Streams not counted because there were too many memberships",
        f -> presence.figures().refused());
  }

  private void addFleet(Fleet fleet) {
    gauge("sluice_nodes", "Nodes that are there, this one too", f -> fleet.figures().nodes());
    gauge(
        "sluice_nodes_reachable",
        "Whether what nodes share can be reached",
        f -> fleet.figures().up() ? 1 : 0);
    gauge(
        "sluice_presence_leader",
        "Whether this node tells who is there for all",
        f -> fleet.figures().leads() ? 1 : 0);
    counter("sluice_node_requests_total", "Requests to other nodes", f -> fleet.figures().asked());
    counter(
        "sluice_node_requests_unanswered_total",
        "Requests that another node didn't answer in time",
        f -> fleet.figures().unanswered());
    counter(
        "sluice_node_rejoins_total",
        "Times that the other nodes had taken this one for gone",
        f -> fleet.figures().rejoined());
  }

  private void gauge(String name, String help, ToDoubleFunction<HubFigures> figure) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(figure.applyAsDouble(figures)))
        .register(registry);
  }

  private void counter(String name, String help, ToDoubleFunction<HubFigures> figure) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(figure.applyAsDouble(figures)))
        .register(registry);
  }

  private HistogramSnapshot publishToWrite() {
    HubFigures taken = figures;
    List<Double> bounds = new ArrayList<>();
    for (long millis : HubFigures.roundBounds()) {
      bounds.add(millis / 1000.0);
    }
    bounds.add(Double.POSITIVE_INFINITY);
    List<Long> counts = new ArrayList<>();
    for (long count : taken.roundCounts()) {
      counts.add(count);
    }
    return HistogramSnapshot.builder()
        .name("sluice_publish_to_write_seconds")
        .help("From the append of a round's oldest event until its last subscriber was written")
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                .sum(taken.roundMillisSum() / 1000.0)
                .build())
        .build();
  }

  /** Counts a refusal. */
  void refused(Problem problem) {
    refusals.labelValues(problem.code()).inc();
  }

  /** Answers with all figures. */
  void answer(Exchange exchange) {
    figures = hub.figures();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      writer.write(text, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    exchange.respond(200, HEAD, text.toByteArray());
  }
}
