package io.sluice.examples.java;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the modules that programs are compiled against to {@code public-api.txt}: what is public in
 * them, as compiled code refers to it. See {@code docs/decisions/0018-binary-compatibility.md}.
 *
 * <p>{@code -Dapi.update=true} writes the file anew.
 */
class PublicApiTest {

  private static final Path FILE = Path.of("src", "test", "resources", "public-api.txt");
  private static final Set<JavaModifier> TELLING =
      Set.of(JavaModifier.STATIC, JavaModifier.ABSTRACT, JavaModifier.FINAL);

  @Test
  void nothingThatProgramsAreCompiledAgainstGoesUnnoticed() throws IOException {
    Set<String> now = publicApi();
    if (Boolean.getBoolean("api.update")) {
      Files.write(FILE, now);
    }
    Set<String> known = new TreeSet<>(Files.readAllLines(FILE));

    Set<String> gone = new TreeSet<>(known);
    gone.removeAll(now);
    assertThat(gone)
        .as("programs compiled against these would break; if it must be, say so in CHANGELOG.md")
        .isEmpty();
    Set<String> added = new TreeSet<>(now);
    added.removeAll(known);
    assertThat(added).as("new; -Dapi.update=true adds them to %s", FILE).isEmpty();
  }

  private static Set<String> publicApi() {
    Set<String> lines = new TreeSet<>();
    new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(
                "io.sluice.client",
                "io.sluice.testing",
                "io.sluice.event",
                "io.sluice.hub",
                "io.sluice.subscription")
            .stream()
            .filter(PublicApiTest::isPublic)
            .forEach(type -> describe(type, lines));
    return lines;
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(PublicApiTest::isPublic).orElse(true);
  }

  private static void describe(JavaClass type, Set<String> lines) {
    Stream<String> supertypes =
        Stream.concat(
            type.getRawSuperclass().stream().map(JavaClass::getName),
            type.getRawInterfaces().stream().map(JavaType::getName));
    lines.add(
        type.getName() + modifiers(type.getModifiers()) + " is " + sorted(supertypes.toList()));
    for (JavaMember member : type.getMembers()) {
      Set<JavaModifier> modifiers = member.getModifiers();
      if (modifiers.contains(JavaModifier.PUBLIC) && !modifiers.contains(JavaModifier.SYNTHETIC)) {
        lines.add(describe(member) + modifiers(modifiers));
      }
    }
  }

  private static String describe(JavaMember member) {
    return switch (member) {
      case JavaField field -> field.getFullName() + ": " + field.getRawType().getName();
      case JavaCodeUnit code -> code.getFullName() + ": " + code.getRawReturnType().getName();
      default -> member.getFullName();
    };
  }

  private static String modifiers(Set<JavaModifier> all) {
    return all.stream()
        .filter(TELLING::contains)
        .map(modifier -> " " + modifier.name().toLowerCase(java.util.Locale.ROOT))
        .sorted()
        .collect(Collectors.joining());
  }

  private static String sorted(List<String> names) {
    return names.stream().sorted().collect(Collectors.joining(", "));
  }
}
