package io.sluice.cli;

import picocli.CommandLine.Option;

/** The options of every command that talks to a hub. */
final class ClientOptions {

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = HubUrl.DEFAULT,
      converter = HubUrl.Converter.class,
      description = "Where the hub is (default: ${DEFAULT-VALUE}).")
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
