package io.sluice.examples;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds the applications to the public API, and apart from one another. */
class ArchitectureTest {

  private static final String[] APPLICATIONS = {
    "io.sluice.examples.chat", "io.sluice.examples.ticker",
    "io.sluice.examples.notifications", "io.sluice.examples.dashboard"
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.sluice.examples");

  @Test
  void applicationsUseThePublicApiAlone() {
    noClasses()
        .that()
        .resideInAnyPackage(APPLICATIONS)
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.sluice..")
                .and(
                    not(
                        resideInAnyPackage(
                            "io.sluice.event",
                            "io.sluice.hub",
                            "io.sluice.subscription",
                            "io.sluice.client..",
                            "io.sluice.examples.."))))
        .check(CLASSES);
  }

  @Test
  void applicationsKnowNothingOfOneAnother() {
    slices()
        .matching("io.sluice.examples.(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(
            resideInAPackage("io.sluice.examples.."), resideInAPackage("io.sluice.examples.site"))
        .check(CLASSES);
  }
}
