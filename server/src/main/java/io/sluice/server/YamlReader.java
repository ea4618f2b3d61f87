package io.sluice.server;

import io.sluice.server.ConfigValue.Entry;
import io.sluice.server.ConfigValue.Mapping;
import io.sluice.server.ConfigValue.Sequence;
import io.sluice.server.ConfigValue.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Turns YAML 1.2 into {@link ConfigValue}s. It stops at the nodes, before YAML's own types: {@code
 * 10s}, {@code 007} and {@code "true"} are what their setting makes of them, and each key keeps its
 * line.
 */
final class YamlReader {

  private final Origin origin;
  private final Problems problems;

  private YamlReader(Origin origin, Problems problems) {
    this.origin = origin;
    this.problems = problems;
  }

  /**
   * Reads one document.
   *
   * @param name of the setting that the document is the value of, or empty
   * @return its root, an empty mapping for an empty document, or null if it isn't YAML; keys that
   *     can't be used are left out. What was wrong was added to the problems.
   */
  static @Nullable ConfigValue read(String name, String yaml, Origin origin, Problems problems) {
    try {
      LoadSettings settings = LoadSettings.builder().setAllowNonScalarKeys(true).build();
      Optional<Node> root = new Compose(settings).composeString(yaml);
      return root.isEmpty()
          ? new Mapping(List.of())
          : new YamlReader(origin, problems).value(name, root.get());
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      problems.add("YAML", e.getProblem(), origin.atLine(line), "");
      return null;
    } catch (YamlEngineException e) {
      problems.add("YAML", String.valueOf(e.getMessage()), origin, "");
      return null;
    }
  }

  private ConfigValue value(String path, Node node) {
    if (node.isRecursive()) {
      problems.add(path, "an alias to what it is part of", at(line(node)), "");
      return new Mapping(List.of());
    }
    return switch (node) {
      case ScalarNode scalar -> new Text(scalar.getValue());
      case MappingNode mapping -> mapping(path, mapping);
      case SequenceNode sequence ->
          new Sequence(sequence.getValue().stream().map(item -> value(path, item)).toList());
      default -> throw new IllegalStateException("not a node that is composed: " + node);
    };
  }

  private Mapping mapping(String path, MappingNode node) {
    List<Entry> entries = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      int line = line(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(path.isEmpty() ? "config" : path, "a key that is not a name", at(line), "");
        continue;
      }
      String name = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
      Integer before = lines.putIfAbsent(key.getValue(), line);
      if (before != null) {
        problems.add(name, "set twice", at(line), "it is already set at " + at(before));
        continue;
      }
      entries.add(new Entry(key.getValue(), value(name, tuple.getValueNode()), line));
    }
    return new Mapping(entries);
  }

  private Origin at(int line) {
    return origin.atLine(line);
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(-1) + 1;
  }
}
