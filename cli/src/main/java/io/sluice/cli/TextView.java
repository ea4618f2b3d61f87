package io.sluice.cli;

import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Shows events to people: time, channel, type and data on a line; further lines of the data are
 * indented. Control characters are made visible.
 */
final class TextView implements EventView {

  private static final String INDENT = "    ";

  private final PrintWriter out;
  private final DateTimeFormatter time;
  private final boolean coloured;

  private enum Colour {
    DIM("2"),
    CYAN("36"),
    YELLOW("33"),
    BOLD_RED("1;31");

    private final String code;

    Colour(String code) {
      this.code = code;
    }
  }

  /**
   * @param out takes the lines
   * @param zone in which times of day are shown
   * @param coloured whether a terminal shows them that has colours
   */
  TextView(PrintWriter out, ZoneId zone, boolean coloured) {
    this.out = out;
    this.time = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(zone);
    this.coloured = coloured;
  }

  @Override
  public void show(ReceivedEvent event) {
    out.print(paint(Colour.DIM, time.format(event.time())));
    out.print("  ");
    if (event.type().equals("gap")) {
      out.print(paint(Colour.BOLD_RED, gap(event)));
    } else {
      if (event.channel() != null) {
        out.print(paint(Colour.CYAN, VisibleText.of(event.channel())));
        out.print("  ");
      }
      out.print(paint(Colour.YELLOW, VisibleText.of(event.type())));
      out.print("  ");
      printData(event);
    }
    out.print('\n');
  }

  private void printData(ReceivedEvent event) {
    if (event.type().equals("heartbeat")) {
      out.print(VisibleText.of(event.id()));
      return;
    }
    String separator = "";
    for (String line : event.data().split("\n", -1)) {
      out.print(separator);
      out.print(VisibleText.of(line));
      separator = "\n" + INDENT;
    }
  }

  private String paint(Colour colour, String text) {
    return coloured ? "\u001b[" + colour.code + "m" + text + "\u001b[0m" : text;
  }

  private static String gap(ReceivedEvent event) {
    JsonNode gap;
    try {
      gap = JsonMapper.shared().readTree(event.data());
    } catch (JacksonException e) {
      return "=== GAP: " + VisibleText.of(event.data()) + " ===";
    }
    String missed =
        gap.path("missed").isIntegralNumber()
            ? gap.path("missed").asLong() + " missed"
            : "events are missing";
    String next = gap.path("next").isString() ? ", next " + gap.path("next").asString() : "";
    return VisibleText.of(
        "=== GAP: %s after %s%s (%s) ==="
            .formatted(
                missed, gap.path("after").asString("?"), next, gap.path("reason").asString("?")));
  }

  @Override
  public boolean flush() {
    return !out.checkError();
  }
}
