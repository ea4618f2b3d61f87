package io.sluice.bench;

/**
 * Processor time used, by the server and by the load generator, over some time.
 *
 * @param nanos the time over which
 */
record ProcessorTime(long nanos, long serverMicros, long generatorMicros) {

  /** Since each of them started. */
  static ProcessorTime of(ServerProcess server, RunClock clock) {
    return new ProcessorTime(clock.nanos(), server.cpuMicros(), ServerProcess.self().cpuMicros());
  }

  ProcessorTime since(ProcessorTime before) {
    return new ProcessorTime(
        nanos - before.nanos,
        serverMicros - before.serverMicros,
        generatorMicros - before.generatorMicros);
  }

  double serverCores() {
    return serverMicros * 1e3 / nanos;
  }

  double generatorCores() {
    return generatorMicros * 1e3 / nanos;
  }
}
