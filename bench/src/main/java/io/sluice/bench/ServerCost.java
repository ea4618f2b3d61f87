package io.sluice.bench;

/**
 * What the server used, of all its threads and processes.
 *
 * @param cpuMicros processor time within the measured time
 * @param cores processor time within the measured time, divided by that
 * @param residentBytesBefore resident memory before the first subscriber came
 * @param residentBytesConnected resident memory when all were connected
 * @param residentBytesAfter resident memory at the end
 */
public record ServerCost(
    long cpuMicros,
    double cores,
    long residentBytesBefore,
    long residentBytesConnected,
    long residentBytesAfter) {

  /** Resident memory that each subscriber added by connecting. */
  long residentBytesPer(int subscribers) {
    return subscribers == 0 ? 0 : (residentBytesConnected - residentBytesBefore) / subscribers;
  }

  String memoryText(int subscribers) {
    return "%,d KiB before, %,d KiB connected (%,d bytes per subscriber), %,d KiB after"
        .formatted(
            residentBytesBefore / 1024,
            residentBytesConnected / 1024,
            residentBytesPer(subscribers),
            residentBytesAfter / 1024);
  }
}
