package io.sluice.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LoadRun} measured. Immutable.
 *
 * @param plan what was asked for
 * @param publishes what became of the publishers' requests
 * @param deliveries what the subscribers got
 * @param server what the server used; null where its processes aren't known
 * @param generatorCores processor time that the load generator itself used within the window,
 *     divided by that: near 1 for a thread means that the generator, not the server, was measured
 */
public record LoadReport(
    LoadPlan plan,
    Publishes publishes,
    Deliveries deliveries,
    @Nullable ServerCost server,
    double generatorCores) {

  /** Whether every subscriber got every event, once, in order. */
  public boolean whole() {
    return deliveries.lost() == 0
        && deliveries.duplicates() == 0
        && deliveries.outOfOrder() == 0
        && deliveries.endedStreams() == 0;
  }

  /** For people: a few lines. */
  public String text() {
    TextTable table = new TextTable();
    table.row(
        "subscribers", "%,d on %,d channels".formatted(subscribers(), plan.audience().channels()));
    table.row("published", publishes.text());
    table.row("answered", publishes.answerMicros().text());
    table.row("delivered", "%,.0f/s".formatted(deliveries.perSecond()));
    table.row("latency", deliveries.latencyMicros().text());
    table.row("received", deliveries.text());
    if (server != null) {
      table.row(
          "server CPU",
          "%.2f cores, %.2f us per delivery, %.1f us per publish"
              .formatted(server.cores(), perDelivery(server), perPublish(server)));
      table.row("server memory", server.memoryText(subscribers()));
    }
    table.row("generator CPU", "%.2f cores".formatted(generatorCores));
    return table.toString();
  }

  /** For programs: one JSON object of numbers on one line. */
  public String json() {
    Map<String, Number> figures = new LinkedHashMap<>();
    figures.put("subscribers", subscribers());
    figures.put("channels", plan.audience().channels());
    figures.put("offeredPerSecond", publishes.offeredPerSecond());
    figures.put("publishedPerSecond", publishes.perSecond());
    figures.put("accepted", publishes.accepted());
    figures.put("refused", publishes.refused());
    figures.put("unanswered", publishes.unanswered());
    figures.put("unsent", publishes.unsent());
    figures.put("answerP50Micros", publishes.answerMicros().p50());
    figures.put("answerP99Micros", publishes.answerMicros().p99());
    figures.put("deliveredPerSecond", deliveries.perSecond());
    figures.put("latencyP50Micros", deliveries.latencyMicros().p50());
    figures.put("latencyP90Micros", deliveries.latencyMicros().p90());
    figures.put("latencyP99Micros", deliveries.latencyMicros().p99());
    figures.put("latencyP999Micros", deliveries.latencyMicros().p999());
    figures.put("latencyMaxMicros", deliveries.latencyMicros().max());
    figures.put("expected", deliveries.expected());
    figures.put("received", deliveries.received());
    figures.put("lost", deliveries.lost());
    figures.put("duplicates", deliveries.duplicates());
    figures.put("outOfOrder", deliveries.outOfOrder());
    figures.put("endedStreams", deliveries.endedStreams());
    if (server != null) {
      figures.put("serverCores", server.cores());
      figures.put("cpuMicrosPerDelivery", perDelivery(server));
      figures.put("cpuMicrosPerPublish", perPublish(server));
      figures.put("residentBytesBefore", server.residentBytesBefore());
      figures.put("residentBytesConnected", server.residentBytesConnected());
      figures.put("residentBytesAfter", server.residentBytesAfter());
      figures.put("residentBytesPerSubscriber", server.residentBytesPer(subscribers()));
    }
    figures.put("generatorCores", generatorCores);
    return TextTable.json(figures);
  }

  private int subscribers() {
    return plan.audience().subscribers();
  }

  private double perDelivery(ServerCost cost) {
    return cost.cpuMicros() / (double) Math.max(1, deliveries.inWindow());
  }

  private double perPublish(ServerCost cost) {
    return cost.cpuMicros() / (double) Math.max(1, publishes.inWindow());
  }
}
