package io.sluice.cli;

import io.sluice.server.ListenAddress;
import io.sluice.server.Settings;
import java.util.Map;

/** What {@code serve} says when it has started: where it is, and lines to paste. */
final class Greeting {

  /** From this machine, a server that listens on every address is best reached on loopback. */
  private static final Map<String, String> REACHED = Map.of("0.0.0.0", "127.0.0.1", "::", "::1");

  private static final String DEMO =
      " Live demo streams are on: stocks/*,\nsystem/metrics and notifications/all (--no-demo leaves"
          + " them out).";

  private static final String DEV_CERTIFICATE =
      "\n\nThe certificate was made at the start and nobody trusts it: hence curl's -k.";

  private static final String GUARDED =
      "\n\n"
          + "TOKEN is a token or an API key: ./sluice token makes one for development, ./sluice key"
          + " the other.";

  private static final String SHOWING_A_TOKEN = "-H \"Authorization: Bearer $TOKEN\" ";

  private Greeting() {}

  /**
   * The text, several lines.
   *
   * @param address where the server listens, with the port that it has got
   * @param settings what it does there
   */
  static String text(ListenAddress address, Settings settings) {
    String host = REACHED.getOrDefault(address.host(), address.host());
    String here =
        (settings.tls().enabled() ? "https://" : "http://")
            + new ListenAddress(host, address.port());
    boolean everywhere = !host.equals(address.host());
    boolean dev = settings.tls().dev();
    boolean guarded = !settings.access().isOpen();
    return """
    Sluice listens on %1$s

    Watch a channel, publish to it from a second terminal, and read what it has kept:

      %3$s-N %2$s/events/news
      %3$s-d hello %2$s/events/news
      %3$s%2$s/history/news%4$s

    Events arrive before your eyes on %2$s/ in a browser.%5$s
    Ctrl-C stops it in good order; a second Ctrl-C ends it at once.
    """
        .formatted(
            everywhere ? "all addresses of this machine, port " + address.port() : here,
            here,
            "curl " + (dev ? "-k " : "") + (guarded ? SHOWING_A_TOKEN : ""),
            (dev ? DEV_CERTIFICATE : "") + (guarded ? GUARDED : ""),
            settings.demo().enabled() ? DEMO : "");
  }
}
