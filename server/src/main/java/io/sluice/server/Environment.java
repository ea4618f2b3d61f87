package io.sluice.server;

import io.sluice.server.ConfigValue.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Settings from environment variables. An empty variable counts as one that isn't set: that is what
 * {@code ${NAME:-}} in a Compose file leaves behind.
 */
final class Environment {

  /** What the names of all variables begin with. */
  static final String PREFIX = "SLUICE_";

  /** The variable that names the configuration file. */
  static final String CONFIG = "SLUICE_CONFIG";

  /** The port that platforms assign. */
  static final String PORT = "PORT";

  /** Read by the launcher and by the client commands. */
  private static final Set<String> RESERVED =
      Set.of(CONFIG, "SLUICE_JAVA", "SLUICE_JAVA_OPTS", "SLUICE_URL", "SLUICE_TOKEN");

  /**
   * What Kubernetes puts into every container beside a Service that is called {@code sluice}: it
   * must not keep the server of that service from starting. ({@code SLUICE_PORT} has the same
   * origin if its value is a URL.)
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("SLUICE_SERVICE_(HOST|PORT)(_.*)?|SLUICE_PORT_[0-9]+_(TCP|UDP|SCTP)(_.*)?");

  private static final Pattern SERVICE_URL = Pattern.compile("(tcp|udp|sctp)://.*");

  private Environment() {}

  /** All settings among the variables: PORT first, as the others beat it. */
  static List<Assignment> read(Map<String, String> variables, Problems problems) {
    List<Assignment> assignments = new ArrayList<>();
    String port = variables.getOrDefault(PORT, "");
    if (!port.isBlank()) {
      assignments.add(new Assignment(SettingTable.PORT, new Text(port), new Origin.Variable(PORT)));
    }
    new TreeMap<>(variables)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX) && !value.isBlank() && !isOthers(name, value)) {
                read(name, value, assignments, problems);
              }
            });
    return assignments;
  }

  private static boolean isOthers(String name, String value) {
    return RESERVED.contains(name)
        || SERVICE_LINK.matcher(name).matches()
        || (name.equals("SLUICE_PORT") && SERVICE_URL.matcher(value).matches());
  }

  private static void read(
      String name, String value, List<Assignment> assignments, Problems problems) {
    for (Setting<?> setting : SettingTable.all()) {
      if (setting.variable().equals(name)) {
        assignments.add(new Assignment(setting, new Text(value), new Origin.Variable(name)));
        return;
      }
    }
    Origin origin = new Origin.Variable("environment");
    if (name.equals("SLUICE_PORT")) {
      problems.add(name, "unknown setting", origin, "did you mean PORT or SLUICE_LISTEN?");
    } else {
      problems.addUnknown(
          name, origin, SettingTable.all().stream().map(Setting::variable).toList());
    }
  }
}
