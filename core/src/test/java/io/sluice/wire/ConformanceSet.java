package io.sluice.wire;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds the conformance sets, which lie at the top of the repository. */
final class ConformanceSet {

  private ConformanceSet() {}

  static JsonNode eventStream() {
    @Nullable Path folder = Path.of("").toAbsolutePath();
    while (folder != null) {
      Path file = folder.resolve("conformance").resolve("event-stream.json");
      if (Files.exists(file)) {
        return JsonMapper.shared().readTree(file);
      }
      folder = folder.getParent();
    }
    throw new IllegalStateException("conformance/event-stream.json is nowhere above this folder");
  }
}
