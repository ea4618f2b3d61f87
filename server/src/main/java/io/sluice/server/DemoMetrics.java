package io.sluice.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.sun.management.OperatingSystemMXBean;
import io.sluice.event.Publication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * This machine's processor, memory and load, and the hub's own figures. What the machine doesn't
 * tell is left out.
 *
 * <p>Not thread-safe: one caller at a time.
 */
final class DemoMetrics implements DemoSource {

  private final Machine machine;
  private final Supplier<HubCounts> hub;

  DemoMetrics(Machine machine, Supplier<HubCounts> hub) {
    this.machine = machine;
    this.hub = hub;
  }

  @Override
  public List<Publication> next(Instant now) {
    double cpu = machine.cpu();
    double load = machine.load();
    Update update =
        new Update(
            Json.time(now),
            known(cpu) ? Math.round(cpu * 1000) / 1000.0 : null,
            machine.cores(),
            machine.memory(),
            known(load) ? Math.round(load * 100) / 100.0 : null,
            hub.get());
    return List.of(new Publication("system/metrics", "metrics-update", null, Json.bytes(update)));
  }

  // The JDK's ways to say that it doesn't know.
  private static boolean known(double figure) {
    return figure >= 0;
  }

  /** The hub's part of it. */
  record HubCounts(long clients, long published, long delivered) {}

  /** Bytes of main memory: taken by programs, and all there is. */
  record Memory(long used, long total) {}

  /** The machine, as far as it tells of itself. */
  interface Machine {

    /** The share of all processors that was busy since the last call; negative if not known. */
    double cpu();

    int cores();

    Memory memory();

    /** Tasks that run or want to, averaged over a minute; negative if not known. */
    double load();

    /** The one that this program runs on. */
    static Machine here() {
      // The first look at the processor only sets the mark from which the next one counts.
      Machine machine = new ThisMachine();
      machine.cpu();
      return machine;
    }
  }

  private static final class ThisMachine implements Machine {

    private static final Path MEMINFO = Path.of("/proc/meminfo");

    private final OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    @Override
    public double cpu() {
      double load = system.getCpuLoad();
      return Double.isNaN(load) ? -1 : load;
    }

    @Override
    public int cores() {
      return system.getAvailableProcessors();
    }

    @Override
    public Memory memory() {
      long total = system.getTotalMemorySize();
      return new Memory(total - Math.min(total, availableMemory()), total);
    }

    // What the JDK calls free leaves out the memory that Linux uses as a cache and gives back when
    // a program wants it: after a day no machine would have any. Where Linux says better, it
    // counts.
    private long availableMemory() {
      try (Stream<String> lines = Files.lines(MEMINFO)) {
        return lines
            .filter(line -> line.startsWith("MemAvailable:"))
            .map(line -> line.replaceAll("[^0-9]", ""))
            .mapToLong(kibibytes -> Long.parseLong(kibibytes) * 1024)
            .findFirst()
            .orElseGet(system::getFreeMemorySize);
      } catch (IOException | UncheckedIOException e) {
        return system.getFreeMemorySize(); // another system than Linux
      }
    }

    @Override
    public double load() {
      return system.getSystemLoadAverage();
    }
  }

  /** What a {@code metrics-update} says. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Update(
      String time,
      @Nullable Double cpu,
      int cores,
      Memory memory,
      @Nullable Double load,
      HubCounts hub) {}
}
