package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The processes of the server under test, as Linux accounts for them in {@code /proc}. Immutable;
 * thread-safe.
 *
 * @param ids process ids; a server with workers has several
 */
record ServerProcess(List<Long> ids) {

  /** Linux reports processor time in these, whatever its own timer's rate (proc(5), USER_HZ). */
  private static final int TICK_MICROS = 10_000;

  private static final String LISTENING = "0A";

  /** All processes that hold a listening socket on this port; none where there is no /proc. */
  static ServerProcess listeningOn(int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      Path path = Path.of(table);
      if (Files.isReadable(path)) {
        listeners(path, port, sockets);
      }
    }
    List<Long> ids = new ArrayList<>();
    if (!sockets.isEmpty()) {
      ProcessHandle.allProcesses()
          .filter(process -> holdsOneOf(process.pid(), sockets))
          .forEach(process -> ids.add(process.pid()));
    }
    return new ServerProcess(List.copyOf(ids));
  }

  /** This process. */
  static ServerProcess self() {
    return new ServerProcess(List.of(ProcessHandle.current().pid()));
  }

  boolean known() {
    return !ids.isEmpty();
  }

  /**
   * Processor time that all threads have used so far, in user and kernel.
   *
   * @throws LoadException if a process has ended
   */
  long cpuMicros() {
    long ticks = 0;
    for (long id : ids) {
      String stat = read(id, "stat");
      // The name, in parentheses, may have spaces: fields count from behind it, the state being 3.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      ticks += Long.parseLong(fields[14 - 3]) + Long.parseLong(fields[15 - 3]);
    }
    return ticks * TICK_MICROS;
  }

  /**
   * Resident memory of all processes; what they share counts for each.
   *
   * @throws LoadException if a process has ended
   */
  long residentBytes() {
    long kilobytes = 0;
    for (long id : ids) {
      kilobytes +=
          read(id, "status")
              .lines()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum();
    }
    return kilobytes * 1024;
  }

  private static String read(long id, String file) {
    try {
      return Files.readString(Path.of("/proc/" + id + "/" + file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new LoadException("the server's process " + id + " can't be seen any more", e);
    }
  }

  private static void listeners(Path table, int port, Set<String> sockets) {
    String suffix = ":%04X".formatted(port);
    try (Stream<String> lines = Files.lines(table)) {
      lines
          .map(line -> line.trim().split("\\s+", -1))
          .filter(f -> f.length > 9 && f[1].endsWith(suffix) && f[3].equals(LISTENING))
          .forEach(fields -> sockets.add("socket:[" + fields[9] + "]"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holdsOneOf(long id, Set<String> sockets) {
    Path descriptors = Path.of("/proc/" + id + "/fd");
    if (!Files.isReadable(descriptors)) {
      return false; // another user's process
    }
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.anyMatch(descriptor -> sockets.contains(linkOf(descriptor)));
    } catch (IOException | UncheckedIOException e) {
      return false; // the process ended while it was looked at
    }
  }

  private static String linkOf(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }
}
