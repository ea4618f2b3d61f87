package io.sluice.cli;

/** A number of things, in words. */
final class Count {

  private Count() {}

  /** {@code 1 event}, {@code 2 events}. */
  static String of(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
