package io.sluice.cli;

import java.io.PrintWriter;
import java.util.List;

/**
 * What became of the lines: ids on standard output if they are wanted, refusals on standard error,
 * and the counts.
 *
 * <p>Thread-safe: the thread that reads lines reports too. Guarded by itself.
 */
final class PublishReport {

  private final PrintWriter out;
  private final Notices notices;
  private final boolean showIds;
  private long published;
  private long refused;
  private String waitingFor = "";

  /**
   * @param out takes one JSON object per published line
   * @param notices takes all else
   * @param showIds whether anything goes to {@code out}
   */
  PublishReport(PrintWriter out, Notices notices, boolean showIds) {
    this.out = out;
    this.notices = notices;
    this.showIds = showIds;
  }

  /** Lines were published, with the ids in the same order. */
  synchronized void published(List<Line> lines, List<String> ids) {
    published += ids.size();
    if (!showIds) {
      return;
    }
    for (int i = 0; i < ids.size(); i++) {
      out.print("{\"line\":");
      out.print(lines.get(i).number());
      out.print(",\"id\":\"");
      out.print(VisibleText.ofJson(ids.get(i)));
      out.println("\"}");
    }
    out.flush();
  }

  /** A line won't be published. */
  synchronized void refused(long line, String reason) {
    refused++;
    notices.tell("line " + line + " was refused: " + reason);
  }

  /** A line isn't UTF-8. */
  synchronized void malformed(long line) {
    notices.tell(
        "line "
            + line
            + " isn't valid UTF-8: U+FFFD is published for what is malformed, here and later");
  }

  /** A request didn't succeed and will be sent again. Told once for every reason in a row. */
  synchronized void waiting(HubUrl hub, String reason) {
    if (!reason.equals(waitingFor)) {
      waitingFor = reason;
      notices.tell("can't publish to " + hub + " now: " + reason + "; trying until it works");
    }
  }

  /** A request was answered. */
  synchronized void working(HubUrl hub) {
    if (!waitingFor.isEmpty()) {
      waitingFor = "";
      notices.tell("publishing to " + hub + " again");
    }
  }

  synchronized long published() {
    return published;
  }

  synchronized long refused() {
    return refused;
  }
}
