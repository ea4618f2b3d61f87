package io.sluice.sqlite;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private final JavaClasses product =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.sluice.sqlite");

  @Test
  void theModuleIsOneFlatPackage() {
    classes().should().resideInAPackage("io.sluice.sqlite").check(product);
  }

  @Test
  void ofTheRestItKnowsTheLogAndWhatItIsMadeOf() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.sluice..")
                .and(
                    not(
                        resideInAnyPackage(
                            "io.sluice.sqlite",
                            "io.sluice.event",
                            "io.sluice.wire",
                            "io.sluice.log"))))
        .check(product);
  }

  @Test
  void whatItIsStoredWithIsNobodyElsesMatter() {
    classes()
        .that()
        .arePublic()
        .should(
            new ArchCondition<>("not show libraries in public methods") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                type.getMethods().stream()
                    .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                    .flatMap(method -> method.getAllInvolvedRawTypes().stream())
                    .filter(
                        shown ->
                            resideInAnyPackage("org.sqlite..", "java.sql..", "tools.jackson..")
                                .test(shown))
                    .forEach(
                        shown ->
                            events.add(
                                SimpleConditionEvent.violated(
                                    type, type.getName() + " shows " + shown.getName())));
              }
            })
        .check(product);
  }

  @Test
  void nobodyPrints() {
    noClasses().should(ACCESS_STANDARD_STREAMS).check(product);
  }
}
