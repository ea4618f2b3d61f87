package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code docs/settings.md} against the table of settings. With {@code
 * -Dsettings.document=write} the part of it that comes from the table is written anew.
 */
class SettingsDocumentTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "settings.md");
  private static final String BEGIN = "<!-- all settings: begin -->\n";
  private static final String END = "<!-- all settings: end -->\n";

  @Test
  void documentHasEverySettingAsItIs() throws IOException {
    String document = Files.readString(DOCUMENT);
    String expected = replaced(document);
    if (System.getProperty("settings.document", "check").equals("write")) {
      Files.writeString(DOCUMENT, expected);
    }

    assertThat(Files.readString(DOCUMENT)).isEqualTo(expected);
  }

  @Test
  void exampleInTheDocumentIsAValidFile() throws IOException {
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf("```yaml\n") + "```yaml\n".length();
    String example = document.substring(begin, document.indexOf("```\n", begin));

    EffectiveSettings read = new SettingsFixture().file(example).load();

    assertThat(read.items())
        .filteredOn(item -> item.source().startsWith("sluice.yaml"))
        .hasSizeGreaterThan(5);
  }

  private static String replaced(String document) {
    int begin = document.indexOf(BEGIN);
    int end = document.indexOf(END);
    assertThat(begin).as("%s in %s", BEGIN.strip(), DOCUMENT).isNotNegative();
    assertThat(end).as("%s in %s", END.strip(), DOCUMENT).isGreaterThan(begin);
    String rows =
        SettingTable.all().stream().map(SettingsDocumentTest::row).collect(Collectors.joining());
    return document.substring(0, begin + BEGIN.length())
        + "| setting, variable | default | values | meaning |\n| --- | --- | --- | --- |\n"
        + rows
        + document.substring(end);
  }

  private static String row(Setting<?> setting) {
    String byDefault = setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
    return "| `"
        + setting.name()
        + "`<br>`"
        + setting.variable()
        + "` | "
        + byDefault
        + " | "
        + setting.range()
        + " | "
        + setting.meaning().replace("<", "&lt;")
        + " |\n";
  }
}
