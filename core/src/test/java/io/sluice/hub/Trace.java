package io.sluice.hub;

import java.util.ArrayDeque;

/** The last things that happened in a schedule, for whom it fails. */
final class Trace {

  private static final int TRACED = 60;

  private final ArrayDeque<String> trace = new ArrayDeque<>();
  private int step;

  void step(int number) {
    step = number;
  }

  void note(String what) {
    if (trace.size() == TRACED) {
      trace.removeFirst();
    }
    trace.add(step + " " + what);
  }

  @Override
  public String toString() {
    return String.join("\n", trace);
  }
}
