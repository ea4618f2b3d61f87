package io.sluice.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final Pattern NAME_WITHOUT_A_ROLE =
      Pattern.compile("(.*[a-z0-9])?(Impl|Utils?|Common|Manager|Helper|Base)([A-Z].*)?");

  private final JavaClasses product =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.sluice.server");

  @Test
  void theServerIsOneFlatPackage() {
    classes().should().resideInAPackage("io.sluice.server").check(product);
  }

  @Test
  void theServerKnowsNeitherTheCommandLineNorTheBenchmark() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.sluice.cli..", "io.sluice.bench..", "picocli..")
        .check(product);
  }

  @Test
  void namesAreRoles() {
    noClasses()
        .should(
            be(
                describe(
                    "named for no role",
                    (JavaClass type) ->
                        NAME_WITHOUT_A_ROLE.matcher(type.getSimpleName()).matches())))
        .check(product);
  }

  @Test
  void theServerLogsAndDoesNotPrint() {
    noClasses().should(ACCESS_STANDARD_STREAMS).check(product);
  }
}
