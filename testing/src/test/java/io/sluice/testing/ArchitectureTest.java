package io.sluice.testing;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private final JavaClasses product =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.sluice.testing");

  @Test
  void theModuleIsOneFlatPackage() {
    classes().should().resideInAPackage("io.sluice.testing").check(product);
  }

  @Test
  void itNeedsTheHubItsClientJUnitAndAssertJ() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "io.sluice.testing",
                "io.sluice.client",
                "io.sluice.server",
                "io.sluice.hub",
                "io.sluice.event",
                "org.junit..",
                "org.assertj..",
                "org.jspecify.annotations",
                "java.."))
        .check(product);
  }

  @Test
  void aLibraryDoesNotPrint() {
    noClasses().should(ACCESS_STANDARD_STREAMS).check(product);
  }
}
