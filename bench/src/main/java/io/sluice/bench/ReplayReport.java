package io.sluice.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a {@link ReplayRun} measured. Immutable.
 *
 * @param plan what was asked for
 * @param first the same of a first replay, before all that is measured here
 * @param outcome what those got who asked for the past
 * @param undisturbed latencies of the live traffic before the replay
 * @param meanwhile the same from when the first asked until the last had all
 * @param lost live events that were accepted and didn't arrive
 * @param wrong live events that came twice or out of order
 * @param ended live streams that ended although nobody asked them to
 * @param server what the server used during the replay
 * @param generatorCores processor time that the load generator itself used meanwhile, divided by it
 */
public record ReplayReport(
    ReplayPlan plan,
    First first,
    Outcome outcome,
    Percentiles undisturbed,
    Percentiles meanwhile,
    long lost,
    long wrong,
    int ended,
    ServerCost server,
    double generatorCores) {

  /**
   * What those got who asked for the past.
   *
   * @param whole how many got all of it
   * @param received events that all of them received
   * @param duplicates events that came again
   * @param outOfOrder events that came after a later one of the same publisher
   * @param wholeMicros from when all asked until a client had all
   */
  public record Outcome(
      int whole, long received, long duplicates, long outOfOrder, Percentiles wholeMicros) {}

  /**
   * The first replay of the server's process, which compiles its code meanwhile.
   *
   * @param outcome what those got who asked for the past
   * @param meanwhile latencies of the live traffic meanwhile
   */
  public record First(Outcome outcome, Percentiles meanwhile) {}

  /** Whether every client and every live subscriber got every event, once, in order. */
  public boolean allWhole() {
    return isWhole(first.outcome) && isWhole(outcome) && lost == 0 && wrong == 0 && ended == 0;
  }

  private boolean isWhole(Outcome of) {
    return of.whole == plan.past().clients() && of.duplicates == 0 && of.outOfOrder == 0;
  }

  private double replayedPerSecond() {
    return outcome.received * 1e6 / Math.max(1, outcome.wholeMicros.max());
  }

  /** For people: a few lines. */
  public String text() {
    TextTable table = new TextTable();
    table.row(
        "replayed whole",
        "%,d of %,d with %,d events each, %,d twice, %,d out of order"
            .formatted(
                outcome.whole,
                plan.past().clients(),
                plan.past().events(),
                outcome.duplicates,
                outcome.outOfOrder));
    table.row("after", outcome.wholeMicros.text());
    table.row("replayed", "%,.0f/s".formatted(replayedPerSecond()));
    table.row("live before", undisturbed.text());
    table.row("live meanwhile", meanwhile.text());
    table.row("in the first replay", first.meanwhile.text());
    table.row(
        "live events",
        "%,d lost, %,d twice or out of order, %,d streams ended".formatted(lost, wrong, ended));
    table.row(
        "server CPU", "%.2f s, %.2f cores".formatted(server.cpuMicros() / 1e6, server.cores()));
    table.row(
        "server memory",
        "%,d KiB before, %,d KiB after"
            .formatted(server.residentBytesConnected() / 1024, server.residentBytesAfter() / 1024));
    table.row("generator CPU", "%.2f cores".formatted(generatorCores));
    return table.toString();
  }

  /** For programs: one JSON object of numbers on one line. */
  public String json() {
    Map<String, Number> figures = new LinkedHashMap<>();
    figures.put("clients", plan.past().clients());
    figures.put("events", plan.past().events());
    figures.put("whole", outcome.whole);
    figures.put("duplicates", outcome.duplicates);
    figures.put("outOfOrder", outcome.outOfOrder);
    figures.put("wholeP50Micros", outcome.wholeMicros.p50());
    figures.put("wholeMaxMicros", outcome.wholeMicros.max());
    figures.put("replayedPerSecond", replayedPerSecond());
    figures.put("undisturbedP50Micros", undisturbed.p50());
    figures.put("undisturbedP99Micros", undisturbed.p99());
    figures.put("undisturbedMaxMicros", undisturbed.max());
    figures.put("meanwhileP50Micros", meanwhile.p50());
    figures.put("meanwhileP99Micros", meanwhile.p99());
    figures.put("meanwhileMaxMicros", meanwhile.max());
    figures.put("firstMeanwhileP99Micros", first.meanwhile.p99());
    figures.put("p99Ratio", meanwhile.p99() / (double) Math.max(1, undisturbed.p99()));
    figures.put("liveLost", lost);
    figures.put("liveWrong", wrong);
    figures.put("endedStreams", ended);
    figures.put("serverCpuMicros", server.cpuMicros());
    figures.put("serverCores", server.cores());
    figures.put("residentBytesConnected", server.residentBytesConnected());
    figures.put("residentBytesAfter", server.residentBytesAfter());
    figures.put("generatorCores", generatorCores);
    return TextTable.json(figures);
  }
}
