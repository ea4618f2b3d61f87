package io.sluice.cli;

import io.sluice.access.ApiKeyOptions;
import io.sluice.access.ApiKeys;
import io.sluice.event.ChannelPattern;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice key}: an API key, and what settings hold in its place. */
@Command(
    name = "key",
    description = {
      "Makes an API key for a publisher or an operator.",
      "",
      "Prints the key to standard output, once: it is kept nowhere. The lines for the hub's"
          + " settings, with the key's hash, go to standard error.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    parameterListHeading = "%n",
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:the key was printed", "2:wrong arguments"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice key shop --publish 'orders/**' --expires 90d",
      "  sluice key backend --role service --tickets > backend.key",
    })
final class KeyCommand implements Callable<Integer> {

  private static final Duration LONGEST = Duration.ofDays(3660);

  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "NAME",
      description = "Whose key it is. A second key of the same name can replace the first.")
  private String name = "";

  @Mixin private GrantOptions grants = new GrantOptions();

  @Option(names = "--tickets", description = "It may ask for tickets in the name of others.")
  private boolean tickets;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long it is good, such as 90d (default: for ever).")
  private @Nullable Duration expires;

  @Option(
      names = "--json",
      description = "Print key and settings as one JSON object: {\"key\":…,\"settings\":{…}}.")
  private boolean json;

  KeyCommand() {
    this(InstantSource.system());
  }

  /**
   * @param clock from when on it is good
   */
  KeyCommand(InstantSource clock) {
    this.clock = clock;
  }

  /** Prints a key. */
  @Override
  public Integer call() {
    ApiKeys.Generated key = ApiKeys.generate();
    Map<String, Object> settings = settings(key);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("key", key.text());
      all.put("settings", settings);
      out.println(VisibleText.ofJson(JsonMapper.shared().writeValueAsString(all)));
    } else {
      out.println(key.text());
      tell(settings);
    }
    out.flush();
    return ExitCode.OK;
  }

  /** A key as {@code identity.keys} has it. */
  private Map<String, Object> settings(ApiKeys.Generated key) {
    Set<String> roles = grants.roles();
    ApiKeyOptions checked;
    try {
      checked =
          new ApiKeyOptions(name, key.id(), key.hash(), grants.grants(), roles, tickets, end());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("name", checked.name());
    settings.put("id", checked.id());
    settings.put("hash", checked.hash());
    putIfAny(settings, "subscribe", texts(checked.grants().subscribe()));
    putIfAny(settings, "publish", texts(checked.grants().publish()));
    putIfAny(settings, "roles", List.copyOf(roles));
    if (checked.tickets()) {
      settings.put("tickets", true);
    }
    if (checked.expires() != null) {
      settings.put("expires", checked.expires().toString());
    }
    return settings;
  }

  private @Nullable Instant end() {
    if (expires == null) {
      return null;
    }
    if (expires.compareTo(Duration.ofSeconds(1)) < 0 || expires.compareTo(LONGEST) > 0) {
      throw new ParameterException(
          spec.commandLine(), "--expires must be 1s to " + LONGEST.toDays() + "d");
    }
    return clock.instant().plus(expires).truncatedTo(ChronoUnit.SECONDS);
  }

  private static List<String> texts(List<ChannelPattern> patterns) {
    return patterns.stream().map(ChannelPattern::toString).toList();
  }

  private static void putIfAny(Map<String, Object> settings, String field, List<String> values) {
    if (!values.isEmpty()) {
      settings.put(field, values);
    }
  }

  private void tell(Map<String, Object> settings) {
    PrintWriter err = spec.commandLine().getErr();
    new Notices(err).tell("the key is shown this once. For the hub's settings:");
    err.println();
    err.println("identity:");
    err.println("  keys:");
    String indent = "    - ";
    for (Map.Entry<String, Object> field : settings.entrySet()) {
      // JSON is YAML too (YAML 1.2, section 1.2), and a text in quotes is nothing but a text.
      String value = VisibleText.ofJson(JsonMapper.shared().writeValueAsString(field.getValue()));
      err.println(indent + field.getKey() + ": " + value);
      indent = "      ";
    }
    err.flush();
  }
}
