package io.sluice;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final Pattern NAME_WITHOUT_A_ROLE =
      Pattern.compile("(.*[a-z0-9])?(Impl|Utils?|Common|Manager|Helper|Base)([A-Z].*)?");
  private static final Pattern PACKAGE_WITHOUT_A_ROLE =
      Pattern.compile(".*\\.(impl|utils?|common|manager|helper|base)(\\..*)?");

  private final JavaClasses product =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.sluice");

  @Test
  void packagesDependOnOneAnotherInOneDirection() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("event")
        .definedBy("io.sluice.event")
        .layer("wire")
        .definedBy("io.sluice.wire")
        .layer("log")
        .definedBy("io.sluice.log")
        .layer("subscription")
        .definedBy("io.sluice.subscription")
        .layer("hub")
        .definedBy("io.sluice.hub")
        .layer("presence")
        .definedBy("io.sluice.presence")
        .whereLayer("event")
        .mayNotAccessAnyLayer()
        .whereLayer("wire")
        .mayOnlyAccessLayers("event")
        .whereLayer("log")
        .mayOnlyAccessLayers("event", "wire")
        .whereLayer("subscription")
        .mayOnlyAccessLayers("event", "wire", "log")
        .whereLayer("hub")
        .mayOnlyAccessLayers("event", "wire", "log", "subscription")
        .ensureAllClassesAreContainedInArchitecture()
        .check(product);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.sluice.(*)..").should().beFreeOfCycles().check(product);
  }

  @Test
  void nothingIsNeededButTheJdkAndJSpecify() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAPackage("io.sluice..")
                .or(resideInAPackage("java.."))
                .or(resideInAPackage("org.jspecify.annotations")))
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
                        NAME_WITHOUT_A_ROLE.matcher(type.getSimpleName()).matches()
                            || PACKAGE_WITHOUT_A_ROLE.matcher(type.getPackageName()).matches())))
        .check(product);
  }

  @Test
  void aLibraryDoesNotPrint() {
    noClasses().should(ACCESS_STANDARD_STREAMS).check(product);
  }

  @Test
  void testsDoNotSleep() {
    JavaClasses tests =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("io.sluice");
    assertThat(tests).isNotEmpty();
    noClasses()
        .should()
        .callMethodWhere(
            describe(
                "the target is Thread.sleep",
                call ->
                    call.getTarget().getOwner().isEquivalentTo(Thread.class)
                        && call.getTarget().getName().equals("sleep")))
        .check(tests);
  }
}
