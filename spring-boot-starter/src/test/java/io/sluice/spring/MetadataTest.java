package io.sluice.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.SettingTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What editors are told of the hub's settings. */
class MetadataTest {

  /** The first is the starter's own too, the second the application's business. */
  private static final Set<String> ELSEWHERE = Set.of("insecure", "log");

  @Test
  void everySettingOfTheHubIsAPropertyWithItsMeaning() throws IOException {
    Map<String, String> settings = new TreeMap<>();
    SettingTable.all().stream()
        .filter(setting -> !ELSEWHERE.contains(setting.name()))
        .forEach(setting -> settings.put("sluice." + setting.name(), setting.meaning()));
    Map<String, String> told = new TreeMap<>();
    try (InputStream file =
        MetadataTest.class.getResourceAsStream(
            "/META-INF/additional-spring-configuration-metadata.json")) {
      for (JsonNode property : JsonMapper.shared().readTree(file).get("properties")) {
        told.put(property.get("name").asString(), property.get("description").asString());
      }
    }

    assertThat(told).isEqualTo(settings);
  }
}
