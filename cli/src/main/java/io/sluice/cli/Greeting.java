package io.sluice.cli;

import io.sluice.server.ListenAddress;
import java.util.Map;

/** What {@code serve} says when it has started: where it is, and lines to paste. */
final class Greeting {

  /** From this machine, a server that listens on every address is best reached on loopback. */
  private static final Map<String, String> REACHED = Map.of("0.0.0.0", "127.0.0.1", "::", "::1");

  private static final String DEMO =
      " Live demo streams are on: stocks/*,\nsystem/metrics and notifications/all (--no-demo leaves"
          + " them out).";

  private Greeting() {}

  /**
   * The text, several lines.
   *
   * @param address where the server listens, with the port that it has got
   * @param demo whether the demo streams run
   */
  static String text(ListenAddress address, boolean demo) {
    String host = REACHED.getOrDefault(address.host(), address.host());
    ListenAddress here = new ListenAddress(host, address.port());
    String where =
        host.equals(address.host())
            ? "http://" + here
            : "all addresses of this machine, port " + address.port();
    return """
    Sluice listens on %1$s

    Watch a channel, publish to it from a second terminal, and read what it has kept:

      curl -N http://%2$s/events/news
      curl -d hello http://%2$s/events/news
      curl http://%2$s/history/news

    Events arrive before your eyes on http://%2$s/ in a browser.%3$s
    Ctrl-C stops it in good order; a second Ctrl-C ends it at once.
    """
        .formatted(where, here, demo ? DEMO : "");
  }
}
