package io.sluice.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an {@link IdleRun} measured. Immutable. Live heap is less than resident memory, and for the
 * server's own tools to say, while the subscribers stay.
 *
 * @param plan what was asked for
 * @param ended streams that ended before their time
 * @param server what the server used while the subscribers stayed
 */
public record IdleReport(IdlePlan plan, int ended, ServerCost server) {

  /** For people: a few lines. */
  public String text() {
    int subscribers = plan.audience().subscribers();
    TextTable table = new TextTable();
    table.row(
        "idle",
        "%,d subscribers on %,d connections, %,d ended"
            .formatted(subscribers, plan.connections(), ended));
    table.row("server CPU", "%.3f cores".formatted(server.cores()));
    table.row("server memory", server.memoryText(subscribers));
    return table.toString();
  }

  /** For programs: one JSON object of numbers on one line. */
  public String json() {
    Map<String, Number> figures = new LinkedHashMap<>();
    figures.put("subscribers", plan.audience().subscribers());
    figures.put("connections", plan.connections());
    figures.put("endedStreams", ended);
    figures.put("serverCores", server.cores());
    figures.put("residentBytesBefore", server.residentBytesBefore());
    figures.put("residentBytesConnected", server.residentBytesConnected());
    figures.put("residentBytesAfter", server.residentBytesAfter());
    figures.put(
        "residentBytesPerSubscriber", server.residentBytesPer(plan.audience().subscribers()));
    return TextTable.json(figures);
  }
}
