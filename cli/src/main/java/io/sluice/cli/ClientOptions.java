package io.sluice.cli;

import picocli.CommandLine.Option;

/** The options of every command that talks to a hub. */
final class ClientOptions {

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:SLUICE_URL:-" + HubUrl.DEFAULT + "}",
      converter = HubUrl.Converter.class,
      description = {
        "Where the hub is (default: the variable SLUICE_URL, or " + HubUrl.DEFAULT + ").",
      })
  private HubUrl url = HubUrl.parse(HubUrl.DEFAULT);

  @SuppressWarnings("UnusedVariable") // read by picocli
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  HubUrl url() {
    return url;
  }
}
