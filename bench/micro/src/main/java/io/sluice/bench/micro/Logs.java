package io.sluice.bench.micro;

import io.sluice.log.Entries;
import io.sluice.log.LogOptions;
import io.sluice.log.MemoryLog;
import io.sluice.log.RetentionRules;
import java.time.InstantSource;

/** Logs to measure. */
final class Logs {

  private Logs() {}

  /** An empty log as {@code serve} opens it. */
  static MemoryLog open(long memoryMiB, RetentionRules rules) {
    return new MemoryLog(
        new LogOptions("bench", memoryMiB << 20, rules, false, InstantSource.system()));
  }

  /** The length of the newest frame, in bytes. */
  static int newestFrameBytes(MemoryLog log) {
    Entries entries = new Entries();
    log.read(log.newest() - 1, 1, Integer.MAX_VALUE, entries);
    return entries.bytes();
  }
}
