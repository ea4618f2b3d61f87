package io.sluice.cli;

import io.sluice.access.Grants;
import io.sluice.event.ChannelPattern;
import io.sluice.event.InvalidEventException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say what the owner of a token or of a key is, and may do. */
final class GrantOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "A role, as rules name it. Repeatable.")
  private List<String> roles = List.of();

  @Option(
      names = "--subscribe",
      paramLabel = "PATTERN",
      description = "May be subscribed to, whatever the rules say. Repeatable.")
  private List<String> subscribe = List.of();

  @Option(
      names = "--publish",
      paramLabel = "PATTERN",
      description = "May be published to, whatever the rules say. Repeatable.")
  private List<String> publish = List.of();

  /**
   * What may be done.
   *
   * @throws ParameterException if a pattern is none
   */
  Grants grants() {
    return new Grants(patterns("--subscribe", subscribe), patterns("--publish", publish));
  }

  /**
   * The roles, in the order given.
   *
   * @throws ParameterException if one is empty
   */
  Set<String> roles() {
    return names("--role", roles);
  }

  /**
   * The names that an option gave, in its order.
   *
   * @throws ParameterException if one is empty or has spaces, which stand between names in tokens
   */
  Set<String> names(String option, List<String> given) {
    for (String name : given) {
      if (!name.matches("\\S+")) {
        throw new ParameterException(
            spec.commandLine(), option + " is a name without spaces, not '" + name + "'");
      }
    }
    return new LinkedHashSet<>(given);
  }

  private List<ChannelPattern> patterns(String option, List<String> given) {
    try {
      return given.stream().map(ChannelPattern::parse).distinct().toList();
    } catch (InvalidEventException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.detail(), e);
    }
  }
}
