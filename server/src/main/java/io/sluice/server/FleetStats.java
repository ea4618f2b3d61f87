package io.sluice.server;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Figures of several nodes as those of one hub. Stateless. */
final class FleetStats {

  // What each node counts of its own. All else is of the log, which they share.
  private static final List<String> SUMS =
      List.of(
          "clients",
          "published",
          "delivered",
          "opened",
          "bytes",
          "replayed",
          "resumes",
          "gaps",
          "memoryBytes");

  private FleetStats() {}

  /**
   * Adds up.
   *
   * @param own of the node that is asked
   * @param nodes of each, with its name; without figures where it gave none
   */
  static ObjectNode sum(ObjectNode own, List<ObjectNode> nodes) {
    ObjectNode all = own.deepCopy();
    for (String name : SUMS) {
      all.put(name, nodes.stream().mapToLong(node -> node.path(name).asLong(0)).sum());
    }
    all.put(
        "uptime",
        nodes.stream().mapToDouble(node -> node.path("uptime").asDouble(0)).max().orElse(0));
    ArrayNode each = all.putArray("nodes");
    nodes.forEach(each::add);
    return all;
  }
}
