package io.github.dockerimageexporter;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.dockerimageexporter.refresh.Inventory;
import io.github.dockerimageexporter.refresh.Observation;
import io.github.dockerimageexporter.refresh.RefreshStatus;
import io.github.dockerimageexporter.refresh.StoreObservation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the architecture: data flows one way, and a package uses only what stands on its line.
class ArchitectureTest {
  private static final String ROOT = "io.github.dockerimageexporter";

  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          entry("model", Set.of()),
          entry("posix", Set.of()),
          entry("bolt", Set.of()),
          entry("web", Set.of()),
          entry("logging", Set.of("model")),
          entry("store", Set.of("model", "posix", "bolt")),
          entry("check", Set.of("model")),
          entry("repair", Set.of("model", "check")),
          entry("usage", Set.of("model", "posix")),
          entry("refresh", Set.of("model", "posix", "store", "check", "usage")),
          entry("page", Set.of("model", "check", "usage", "refresh")),
          entry("exporter", Set.of("model", "check", "usage", "refresh", "page", "web")),
          entry("demo", Set.of("model")),
          entry(
              "cli",
              Set.of(
                  "model",
                  "posix",
                  "store",
                  "check",
                  "usage",
                  "refresh",
                  "page",
                  "exporter",
                  "repair",
                  "demo",
                  "logging",
                  "web")));

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  static Stream<String> packages() {
    return MAY_USE.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesOnlyWhatItMay(String name) {
    Set<String> allowed = MAY_USE.getOrDefault(name, Set.of());
    String[] forbidden =
        MAY_USE.keySet().stream()
            .filter(other -> !other.equals(name) && !allowed.contains(other))
            .map(ArchitectureTest::in)
            .toArray(String[]::new);

    noClasses()
        .that(resideInAPackage(in(name)))
        .should()
        .dependOnClassesThat(resideInAnyPackage(forbidden))
        .check(MAIN);
  }

  @Test
  void theTableNamesEveryPackage() {
    List<String> found =
        MAIN.stream()
            .map(one -> one.getPackageName())
            .filter(name -> !name.equals(ROOT))
            .map(name -> name.substring(ROOT.length() + 1))
            .distinct()
            .sorted()
            .toList();

    assertThat(found).isEqualTo(packages().toList());
  }

  @Test
  void theModelNeedsNothingButTheBaseModule() {
    classes()
        .that(resideInAPackage(in("model")))
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(in("model"), "java..", "org.jspecify.."))
        .check(MAIN);
  }

  @Test
  void prometheusTypesStayInTheExporter() {
    noClasses()
        .that(resideOutsideOfPackage(in("exporter")))
        .should()
        .dependOnClassesThat(resideInAPackage("io.prometheus.."))
        .check(MAIN);
  }

  @Test
  void whatIsServedKnowsOfTheRefreshOnlyWhatItPublishes() {
    Set<String> published =
        Stream.of(Observation.class, StoreObservation.class, Inventory.class, RefreshStatus.class)
            .map(Class::getName)
            .collect(toSet());

    List<String> used =
        MAIN.stream()
            .filter(resideInAnyPackage(in("exporter"), in("page")))
            .flatMap(one -> one.getDirectDependenciesFromSelf().stream())
            .map(dependency -> dependency.getTargetClass().getName())
            .filter(name -> name.startsWith(ROOT + ".refresh."))
            .distinct()
            .filter(name -> !published.contains(name))
            .toList();

    assertThat(used).isEmpty();
  }

  /// Its classes take five MiB.
  @Test
  void onlyTheWebConfigurationIsReadByJacksonsMapper() {
    noClasses()
        .that(resideOutsideOfPackage(in("web")))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ObjectMapper.class)
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(ObjectReader.class, ObjectWriter.class)
        .check(MAIN);
  }

  @Test
  void nothingRunsAnotherProgram() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ProcessBuilder.class, Process.class)
        .check(MAIN);
  }

  private static String in(String name) {
    return ROOT + "." + name + "..";
  }
}
