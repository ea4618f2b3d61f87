package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sluice.server.EffectiveSettings.Item;
import java.util.List;
import java.util.Map;

/** A file of settings is refused with what is wrong, or holds, and reads back as it is printed. */
class SettingsFuzzTest {

  private static final long HEAP = 1L << 32;

  @DictionaryEntries({
    "listen: ",
    "stream:\\x0a  retry: ",
    "history.memory: ",
    "rules:\\x0a  ",
    "\"users/{sub}/**\": ",
    "{subscribe: subject, publish: \"role:x\"}",
    "identity:\\x0a  ",
    "cookie: __Host-s",
    "limits.attempts: 60/min",
    "cors:\\x0a  origins: [",
    "https://a.example",
    "proxies.trusted: [",
    "10.0.0.0/8",
    "history:\\x0a  channels:\\x0a    ",
    "{events: 0}",
    "&a ",
    "*a",
    "<<: ",
    "? ",
    "!!map",
    "|\\x0a",
    ">-\\x0a",
    "---\\x0a",
    "\"\\\\u2028\"",
    "authorizer.url: http://127.0.0.1/"
  })
  @FuzzTest
  void whatIsPrintedReadsBack(byte[] file) {
    String yaml = new String(file, UTF_8);
    // Names of files are the operator's; they aren't opened here.
    if (yaml.contains("file") || yaml.contains("schemas") || yaml.contains("certificate")) {
      return;
    }
    EffectiveSettings settings;
    try {
      settings = load(yaml);
    } catch (InvalidSettingsException refused) {
      assertThat(refused.problems()).isNotEmpty();
      return;
    }
    String printed = settings.toYaml();
    if (!printed.contains("(set)")) {
      assertThat(values(load(printed))).isEqualTo(values(settings));
    }
  }

  private static EffectiveSettings load(String yaml) {
    return new SettingsLoader(Map.of(), path -> yaml, HEAP).load("fuzz.yaml", List.of());
  }

  private static List<String> values(EffectiveSettings settings) {
    return settings.items().stream().map(SettingsFuzzTest::value).toList();
  }

  private static String value(Item item) {
    return item.name() + '=' + item.value();
  }
}
