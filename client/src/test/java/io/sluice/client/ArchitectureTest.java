package io.sluice.client;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
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
          .importPackages("io.sluice.client");

  @Test
  void theModuleIsOneFlatPackage() {
    classes().should().resideInAPackage("io.sluice.client").check(product);
  }

  @Test
  void nothingIsNeededButTheJdkAndTheHubsValuesAndWireFormat() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAPackage("io.sluice.client")
                .or(resideInAPackage("io.sluice.event"))
                .or(resideInAPackage("io.sluice.wire"))
                .or(resideInAPackage("java.."))
                .or(resideInAPackage("javax.net.ssl"))
                .or(resideInAPackage("org.jspecify.annotations")))
        .check(product);
  }

  @Test
  void aLibraryDoesNotPrint() {
    noClasses().should(ACCESS_STANDARD_STREAMS).check(product);
  }
}
