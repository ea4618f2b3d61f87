package io.sluice.examples.dashboard;

import com.sun.management.OperatingSystemMXBean;
import io.sluice.hub.Hub;
import io.sluice.hub.HubFigures;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Reads the figures: of the machine from the JVM, of the hub from itself, of requests from {@link
 * Traffic}. What the hub counts from its start on becomes what there was since the last time.
 *
 * <p>One caller at a time.
 */
final class Gauges {

  /**
   * The figures, and what they are counted in: cpu, memory and errors in percent; load as the
   * system has it; requests, published and delivered in events per second; response and delivery in
   * milliseconds on average; users and connections at this moment.
   */
  static final List<String> NAMES =
      List.of(
          "cpu",
          "memory",
          "load",
          "requests",
          "errors",
          "response",
          "published",
          "delivered",
          "delivery",
          "users",
          "connections");

  private final OperatingSystemMXBean machine =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final Hub hub;
  private final Traffic traffic;
  private final Viewers viewers;
  private HubFigures last;
  private long lastNanos;

  Gauges(Hub hub, Traffic traffic, Viewers viewers) {
    this.hub = hub;
    this.traffic = traffic;
    this.viewers = viewers;
    this.last = hub.figures();
    this.lastNanos = System.nanoTime();
    machine.getCpuLoad(); // the first says nothing: there is no time since the one before
  }

  /** Reads all of them. */
  Sample read(long nowMillis, long nowNanos) {
    double seconds = (nowNanos - lastNanos) / 1e9;
    lastNanos = nowNanos;
    Map<String, Double> figures = new LinkedHashMap<>();
    readMachine(figures);
    readRequests(figures, seconds);
    readHub(figures, seconds);
    return new Sample(nowMillis, figures);
  }

  private void readMachine(Map<String, Double> figures) {
    double cpu = machine.getCpuLoad();
    if (cpu >= 0) {
      figures.put("cpu", round(100 * cpu));
    }
    double load = machine.getSystemLoadAverage();
    if (load >= 0) {
      figures.put("load", round(load));
    }
    long memory = machine.getTotalMemorySize();
    figures.put("memory", round(100.0 * (memory - machine.getFreeMemorySize()) / memory));
  }

  private void readRequests(Map<String, Double> figures, double seconds) {
    Traffic.Count count = traffic.take();
    figures.put("requests", round(count.requests() / seconds));
    figures.put(
        "errors", count.requests() == 0 ? 0 : round(100.0 * count.errors() / count.requests()));
    if (count.requests() > 0) {
      figures.put("response", round(count.nanos() / 1e6 / count.requests()));
    }
  }

  private void readHub(Map<String, Double> figures, double seconds) {
    HubFigures now = hub.figures();
    figures.put("connections", (double) (now.streams() - Viewers.STREAMS));
    figures.put("users", (double) viewers.count());
    figures.put("published", round((now.published() - last.published()) / seconds));
    figures.put("delivered", round((now.delivered() - last.delivered()) / seconds));
    // From an event's append until the last of its subscribers has it.
    long rounds = LongStream.of(now.roundCounts()).sum() - LongStream.of(last.roundCounts()).sum();
    if (rounds > 0) {
      figures.put(
          "delivery", round((double) (now.roundMillisSum() - last.roundMillisSum()) / rounds));
    }
    last = now;
  }

  private static double round(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
