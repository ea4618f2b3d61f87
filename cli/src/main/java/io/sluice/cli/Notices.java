package io.sluice.cli;

import java.io.PrintWriter;

/**
 * What a command tells its user beside its output: lines on standard error that begin with the
 * program's name.
 *
 * <p>Thread-safe.
 */
final class Notices {

  private final PrintWriter err;

  Notices(PrintWriter err) {
    this.err = err;
  }

  /** Writes one line at once. What servers said in it can't steer the terminal. */
  synchronized void tell(String notice) {
    err.println("sluice: " + VisibleText.of(notice));
    err.flush();
  }
}
