package io.sluice.cli;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that talks to a hub. */
final class ClientOptions {

  /** The variable that has a token. */
  static final String TOKEN = "SLUICE_TOKEN";

  private final Map<String, String> environment;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:SLUICE_URL:-" + HubUrl.DEFAULT + "}",
      converter = HubUrl.Converter.class,
      description = {
        "Where the hub is (default: the variable SLUICE_URL, or " + HubUrl.DEFAULT + ").",
      })
  private HubUrl url = HubUrl.parse(HubUrl.DEFAULT);

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = {
        "A token or an API key to show to the hub (default: the variable " + TOKEN + ").",
        "Others on this machine can read arguments: --token-file is better.",
      })
  private @Nullable String token;

  @Option(names = "--token-file", paramLabel = "FILE", description = "A file that has it.")
  private @Nullable Path tokenFile;

  @SuppressWarnings("UnusedVariable") // read by picocli
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  ClientOptions() {
    this(System.getenv());
  }

  /**
   * @param environment variables and their values
   */
  ClientOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  HubUrl url() {
    return url;
  }

  /**
   * What is shown to the hub.
   *
   * @return null for nothing
   * @throws ParameterException if what was given can't be a token; never has it in its message
   */
  @Nullable BearerToken token() {
    if (token != null && tokenFile != null) {
      throw wrong("--token and --token-file are two answers to one question");
    }
    try {
      if (token != null) {
        return BearerToken.parse(token, "--token");
      }
      if (tokenFile != null) {
        return BearerToken.read(tokenFile);
      }
      String variable = environment.getOrDefault(TOKEN, "");
      return variable.isBlank() ? null : BearerToken.parse(variable, TOKEN);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
