package io.sluice.access;

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
          .importPackages("io.sluice.access");

  @Test
  void accessIsOneFlatPackage() {
    classes().should().resideInAPackage("io.sluice.access").check(product);
  }

  @Test
  void accessKnowsNoServer() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.sluice.server..", "io.sluice.cli..", "io.netty..")
        .check(product);
  }

  @Test
  void ofTheHubAccessKnowsChannelsAlone() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.sluice.hub..", "io.sluice.log..", "io.sluice.wire..")
        .check(product);
  }

  @Test
  void whatTokensAreReadWithIsNobodyElsesMatter() {
    // The server sees identities: a library for tokens must not show through in what it is given.
    classes()
        .that()
        .arePublic()
        .and()
        .resideInAPackage("io.sluice.access")
        .should(
            new ArchCondition<>("not show libraries in public methods") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                type.getMethods().stream()
                    .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                    .filter(
                        method ->
                            method.getAllInvolvedRawTypes().stream()
                                .anyMatch(
                                    part ->
                                        part.getPackageName().startsWith("com.nimbusds")
                                            || part.getPackageName().startsWith("com.github")
                                            || part.getPackageName().startsWith("io.github")
                                            || part.getPackageName().startsWith("tools.")))
                    .forEach(
                        method ->
                            events.add(
                                SimpleConditionEvent.violated(method, method.getFullName())));
              }
            })
        .check(product);
  }

  @Test
  void aLibraryDoesNotPrint() {
    noClasses().should(ACCESS_STANDARD_STREAMS).check(product);
  }
}
