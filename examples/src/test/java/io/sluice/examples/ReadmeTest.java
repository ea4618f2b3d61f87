package io.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the READMEs of the applications show is in their sources, and their pictures are there. */
class ReadmeTest {

  private static final Path SOURCES = Path.of("src", "main");
  private static final Path WEB = Path.of("web");
  private static final Pattern CODE = Pattern.compile("```(java|js|ts)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PICTURE = Pattern.compile("!\\[[^]]+]\\(([^)]+)\\)");

  @Test
  void everyLineOfCodeIsOneOfTheSources() throws IOException {
    for (Path readme : readmes()) {
      List<String> sources = sourcesOf(readme);
      Matcher code = CODE.matcher(Files.readString(readme, UTF_8));
      int shown = 0;
      while (code.find()) {
        shown++;
        for (String part : code.group(2).split("(?m)^ *// …\n", -1)) {
          String lines = plain(part);
          assertThat(sources)
              .as("%s shows this; no source has it:%n%s", readme, part)
              .anyMatch(source -> source.contains(lines));
        }
      }
      assertThat(shown).as("code in %s", readme).isPositive();
    }
  }

  @Test
  void everyPictureIsThere() throws IOException {
    for (Path readme : readmes()) {
      Matcher picture = PICTURE.matcher(Files.readString(readme, UTF_8));
      assertThat(picture.find()).as("a picture in %s", readme).isTrue();
      do {
        assertThat(readme.resolveSibling(picture.group(1))).exists();
      } while (picture.find());
    }
  }

  private static List<Path> readmes() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<Path> readmes = files.filter(file -> file.endsWith("README.md")).toList();
      assertThat(readmes).isNotEmpty();
      return readmes;
    }
  }

  private static List<String> sourcesOf(Path readme) throws IOException {
    String application = String.valueOf(readme.getParent().getFileName());
    try (Stream<Path> main = Files.walk(SOURCES);
        Stream<Path> bundled = Files.walk(WEB, 2)) {
      return Stream.concat(main, bundled)
          .filter(file -> file.toString().matches(".*\\.(java|js|tsx?)"))
          .filter(file -> file.toString().contains("/" + application + "/"))
          .map(ReadmeTest::read)
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return plain(Files.readString(file, UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** How far lines are set in doesn't count. */
  private static String plain(String code) {
    return code.strip().replaceAll("\\s*\n\\s*", "\n");
  }
}
