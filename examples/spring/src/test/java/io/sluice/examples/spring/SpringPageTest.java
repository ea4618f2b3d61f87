package io.sluice.examples.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds that {@code docs/spring.md} shows what this example is made of. */
class SpringPageTest {

  private static final Path PAGE = Path.of("..", "..", "docs", "spring.md");
  private static final Path SOURCES = Path.of("src", "main");
  private static final Pattern SHOWN =
      Pattern.compile("<!-- snippet: ([a-z-]+) -->\n```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern USED =
      Pattern.compile("\n *// snippet: ([a-z-]+)\n(.*?)\n *// end\n", Pattern.DOTALL);

  @Test
  void thePageShowsWhatIsCompiled() throws IOException {
    Map<String, String> used = new TreeMap<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        Matcher snippet = USED.matcher(Files.readString(file));
        while (snippet.find()) {
          used.put(snippet.group(1), snippet.group(2).stripTrailing().stripIndent() + "\n");
        }
      }
    }
    Map<String, String> shown = new TreeMap<>();
    Matcher snippet = SHOWN.matcher(Files.readString(PAGE, UTF_8));
    while (snippet.find()) {
      shown.put(snippet.group(1), snippet.group(2));
    }

    assertThat(shown).isEqualTo(used).isNotEmpty();
  }
}
