package io.sluice.cli;

/**
 * One line of input, which becomes one event.
 *
 * @param number counted from 1 over the whole input
 * @param text without its line end
 */
record Line(long number, String text) {

  /** What the line counts for against a limit in bytes. */
  int weight() {
    return text.length() + 64; // a short line costs memory too
  }
}
