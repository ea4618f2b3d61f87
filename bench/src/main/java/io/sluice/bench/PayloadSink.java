package io.sluice.bench;

/** Told of each payload that a {@link PayloadScanner} finds, in the order of the stream. */
@FunctionalInterface
interface PayloadSink {

  void payload(int publisher, int sequence, int scheduledMicros);
}
