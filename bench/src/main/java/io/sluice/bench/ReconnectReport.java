package io.sluice.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ReconnectRun} measured. Immutable.
 *
 * @param plan what was asked for
 * @param whole subscribers that got every event that they had missed
 * @param duplicates events that a subscriber got again
 * @param outOfOrder events that came after a later one
 * @param wholeMicros from when all began to come back until a subscriber was whole
 * @param server what the server used from when all began to come back until the last was whole;
 *     null where its processes aren't known
 * @param generatorCores processor time that the load generator itself used meanwhile, divided by it
 */
public record ReconnectReport(
    ReconnectPlan plan,
    int whole,
    long duplicates,
    long outOfOrder,
    Percentiles wholeMicros,
    @Nullable ServerCost server,
    double generatorCores) {

  /** Whether every subscriber got every event, once, in order. */
  public boolean allWhole() {
    return whole == plan.audience().subscribers() && duplicates == 0 && outOfOrder == 0;
  }

  /** For people: a few lines. */
  public String text() {
    TextTable table = new TextTable();
    table.row(
        "resumed whole",
        "%,d of %,d with %,d missed events each, %,d twice, %,d out of order"
            .formatted(
                whole, plan.audience().subscribers(), plan.missedEvents(), duplicates, outOfOrder));
    table.row("after", wholeMicros.text());
    if (server != null) {
      table.row(
          "server CPU",
          "%.2f s, %.2f cores, %.1f us per subscriber"
              .formatted(server.cpuMicros() / 1e6, server.cores(), cpuPerSubscriber(server)));
      table.row("server memory", server.memoryText(plan.audience().subscribers()));
    }
    table.row("generator CPU", "%.2f cores".formatted(generatorCores));
    return table.toString();
  }

  /** For programs: one JSON object of numbers on one line. */
  public String json() {
    Map<String, Number> figures = new LinkedHashMap<>();
    figures.put("subscribers", plan.audience().subscribers());
    figures.put("missedEvents", plan.missedEvents());
    figures.put("whole", whole);
    figures.put("duplicates", duplicates);
    figures.put("outOfOrder", outOfOrder);
    figures.put("wholeP50Micros", wholeMicros.p50());
    figures.put("wholeP99Micros", wholeMicros.p99());
    figures.put("wholeMaxMicros", wholeMicros.max());
    if (server != null) {
      figures.put("serverCpuMicros", server.cpuMicros());
      figures.put("serverCores", server.cores());
      figures.put("cpuMicrosPerSubscriber", cpuPerSubscriber(server));
      figures.put("residentBytesConnected", server.residentBytesConnected());
      figures.put("residentBytesAfter", server.residentBytesAfter());
    }
    figures.put("generatorCores", generatorCores);
    return TextTable.json(figures);
  }

  private double cpuPerSubscriber(ServerCost cost) {
    return cost.cpuMicros() / (double) Math.max(1, plan.audience().subscribers());
  }
}
