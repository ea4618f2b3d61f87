package io.sluice.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ConnectRun} measured. Immutable.
 *
 * @param plan what was asked for
 * @param opened streams whose head came within the measured time
 * @param refused requests that were answered with another status than 200, or not at all, in all
 * @param refusal the latest of them, for people; null where there was none
 * @param headMicros from when a connection was begun until its response head was there
 * @param server what the server used within the measured time; null where its processes aren't
 *     known
 * @param generatorCores processor time that the load generator itself used meanwhile, divided by it
 */
public record ConnectReport(
    ConnectPlan plan,
    long opened,
    long refused,
    @Nullable String refusal,
    Percentiles headMicros,
    @Nullable ServerCost server,
    double generatorCores) {

  /** Whether streams were opened, and none was refused. */
  public boolean allOpened() {
    return opened > 0 && refused == 0;
  }

  /** Streams opened in each second of the measured time. */
  public double openedPerSecond() {
    return opened * 1e9 / plan.window().toNanos();
  }

  /** For people: a few lines. */
  public String text() {
    TextTable table = new TextTable();
    table.row(
        "streams opened",
        "%,.0f/s, %,d in %d s, %d at once, %,d refused%s"
            .formatted(
                openedPerSecond(),
                opened,
                plan.window().toSeconds(),
                plan.atOnce(),
                refused,
                refusal == null ? "" : ": " + refusal));
    table.row("each after", headMicros.text());
    if (server != null) {
      table.row(
          "server CPU",
          "%.2f cores, %.1f us per stream".formatted(server.cores(), cpuPerStream(server)));
    }
    table.row("generator CPU", "%.2f cores".formatted(generatorCores));
    return table.toString();
  }

  /** For programs: one JSON object of numbers on one line. */
  public String json() {
    Map<String, Number> figures = new LinkedHashMap<>();
    figures.put("openedPerSecond", openedPerSecond());
    figures.put("opened", opened);
    figures.put("refused", refused);
    figures.put("headP50Micros", headMicros.p50());
    figures.put("headP99Micros", headMicros.p99());
    if (server != null) {
      figures.put("cpuMicrosPerStream", cpuPerStream(server));
      figures.put("serverCores", server.cores());
      figures.put("residentBytesAfter", server.residentBytesAfter());
    }
    figures.put("generatorCores", generatorCores);
    return TextTable.json(figures);
  }

  private double cpuPerStream(ServerCost cost) {
    return cost.cpuMicros() / (double) Math.max(1, opened);
  }
}
