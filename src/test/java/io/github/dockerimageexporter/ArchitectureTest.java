package io.github.dockerimageexporter;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the architecture: data flows one way, and a package uses only what stands on its line.
class ArchitectureTest {
  /// Maps like those of the JDK, for all.
  private static final String MAPS = "persistent";

  private static final String ROOT = "io.github.dockerimageexporter";

  /// Each package, those in front that others stand on, and what it uses.
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          entry("model", Set.of()),
          entry(MAPS, Set.of()),
          entry("snapshot", Set.of("model")),
          entry("snapshot.graphdriver", Set.of("model", "snapshot")),
          entry("snapshot.containerd", Set.of("model", "snapshot")),
          entry("posix", Set.of()),
          entry("bolt", Set.of()),
          entry("store.file", Set.of("bolt", "model", "posix", "snapshot")),
          entry("store.json", Set.of("model", "store.file")),
          entry(
              "store.container", Set.of("model", "posix", "snapshot", "store.file", "store.json")),
          entry(
              "store.graphdriver",
              Set.of(
                  "bolt",
                  "model",
                  "posix",
                  "snapshot",
                  "snapshot.graphdriver",
                  "store.container",
                  "store.file",
                  "store.graphdriver.overlay",
                  "store.json")),
          entry(
              "store.graphdriver.overlay",
              Set.of("model", "posix", "snapshot", "snapshot.graphdriver", "store.file")),
          entry("store.containerd.database", Set.of("bolt", "model", "snapshot.containerd")),
          entry(
              "store.containerd.document",
              Set.of("model", "snapshot.containerd", "store.file", "store.json")),
          entry(
              "store.containerd.walk",
              Set.of("model", "snapshot", "snapshot.containerd", "store.containerd.database")),
          entry(
              "store.containerd",
              Set.of(
                  "model",
                  "posix",
                  "snapshot",
                  "snapshot.containerd",
                  "store.container",
                  "store.containerd.database",
                  "store.containerd.document",
                  "store.containerd.walk",
                  "store.file",
                  "store.json")),
          entry(
              "store",
              Set.of(
                  "posix",
                  "snapshot",
                  "snapshot.graphdriver",
                  "store.container",
                  "store.containerd",
                  "store.file",
                  "store.graphdriver")),
          entry("check.evidence", Set.of("model", "snapshot")),
          entry("check", Set.of("check.evidence", "model", "snapshot")),
          entry(
              "check.containerd",
              Set.of("check", "check.evidence", "model", "snapshot", "snapshot.containerd")),
          entry(
              "check.graphdriver",
              Set.of("check", "check.evidence", "model", "snapshot", "snapshot.graphdriver")),
          entry("repair.plan", Set.of("model", "snapshot.containerd", "snapshot.graphdriver")),
          entry(
              "repair.containerd",
              Set.of("check", "model", "repair.plan", "snapshot", "snapshot.containerd")),
          entry(
              "repair.graphdriver",
              Set.of("check", "model", "repair.plan", "snapshot", "snapshot.graphdriver")),
          entry(
              "repair",
              Set.of(
                  "check",
                  "model",
                  "repair.containerd",
                  "repair.graphdriver",
                  "repair.plan",
                  "snapshot",
                  "snapshot.containerd",
                  "snapshot.graphdriver")),
          entry("scrub.json", Set.of()),
          entry("scrub.tar", Set.of()),
          entry("scrub.tree", Set.of("model", "posix", "scrub.tar", "usage")),
          entry(
              "scrub.record",
              Set.of("model", "posix", "scrub.json", "scrub.tar", "scrub.tree", "snapshot")),
          entry(
              "scrub.cover",
              Set.of("model", "scrub.record", "scrub.tar", "scrub.tree", "snapshot")),
          entry(
              "scrub",
              Set.of(
                  "model",
                  "posix",
                  "scrub.json",
                  "scrub.record",
                  "scrub.tar",
                  "scrub.tree",
                  "snapshot",
                  "usage")),
          entry("usage", Set.of("model", "posix")),
          entry("observation", Set.of("check", "model", "snapshot", "usage")),
          entry("content.background", Set.of("posix")),
          entry("content.layer", Set.of("model", "snapshot")),
          entry(
              "content.size",
              Set.of(
                  "model",
                  "posix",
                  "scrub.json",
                  "scrub.record",
                  "scrub.tar",
                  "scrub.tree",
                  "snapshot",
                  "usage")),
          entry(
              "content",
              Set.of(
                  "content.background",
                  "content.layer",
                  "content.size",
                  "model",
                  "observation",
                  "posix",
                  "scrub",
                  "scrub.cover",
                  "scrub.json",
                  "scrub.record",
                  "scrub.tar",
                  "scrub.tree",
                  "snapshot",
                  "usage")),
          entry(
              "content.hidden",
              Set.of(
                  "content",
                  "content.background",
                  "model",
                  "observation",
                  "posix",
                  "scrub",
                  "scrub.cover",
                  "scrub.record",
                  "scrub.tar",
                  "scrub.tree",
                  "snapshot")),
          entry("refresh.watch", Set.of("posix", "store", "store.file")),
          entry(
              "refresh",
              Set.of(
                  "check",
                  "check.containerd",
                  "check.graphdriver",
                  "content",
                  "content.hidden",
                  "content.layer",
                  "observation",
                  "refresh.watch",
                  "snapshot",
                  "store",
                  "store.containerd",
                  "store.file")),
          entry("report", Set.of("check", "model", "observation", "snapshot")),
          entry("page.words", Set.of("check", "model", "observation", "snapshot")),
          entry(
              "page", Set.of("check", "model", "observation", "page.words", "repair", "snapshot")),
          entry("web.access", Set.of()),
          entry("web.tls", Set.of("web.access")),
          entry("web", Set.of("posix", "web.access", "web.tls")),
          entry("exporter.answer", Set.of("observation")),
          entry("exporter.text", Set.of("exporter.answer")),
          entry(
              "exporter.metrics",
              Set.of(
                  "check",
                  "exporter.answer",
                  "exporter.text",
                  "model",
                  "observation",
                  "snapshot",
                  "usage")),
          entry(
              "exporter.http",
              Set.of(
                  "exporter.answer",
                  "exporter.metrics",
                  "observation",
                  "page",
                  "page.words",
                  "report",
                  "web",
                  "web.access")),
          entry("demo", Set.of("model", "scrub.record", "snapshot.graphdriver")),
          entry("logging", Set.of("model")),
          entry("cli.process", Set.of("logging")),
          entry(
              "cli.option",
              Set.of(
                  "exporter.metrics",
                  "logging",
                  "model",
                  "page.words",
                  "refresh",
                  "store.containerd")),
          entry(
              "cli.text",
              Set.of(
                  "check",
                  "cli.option",
                  "model",
                  "observation",
                  "page.words",
                  "posix",
                  "repair",
                  "repair.plan",
                  "report",
                  "snapshot",
                  "snapshot.containerd",
                  "snapshot.graphdriver",
                  "usage")),
          entry(
              "cli.command",
              Set.of(
                  "check",
                  "cli.option",
                  "cli.process",
                  "cli.text",
                  "content",
                  "content.hidden",
                  "demo",
                  "exporter.http",
                  "exporter.metrics",
                  "logging",
                  "model",
                  "observation",
                  "page",
                  "page.words",
                  "posix",
                  "refresh",
                  "report",
                  "snapshot",
                  "store",
                  "store.containerd",
                  "web.tls")));

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
            .filter(other -> !other.equals(name) && !other.equals(MAPS) && !allowed.contains(other))
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
        .that(resideOutsideOfPackage(in("exporter..")))
        .should()
        .dependOnClassesThat(resideInAPackage("io.prometheus.."))
        .check(MAIN);
  }

  @Test
  void noPackagesUseEachOther() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(MAIN);
  }

  /// Its classes take five MiB.
  @Test
  void onlyTheWebConfigurationIsReadByJacksonsMapper() {
    noClasses()
        .that(resideOutsideOfPackage(in("web..")))
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
    return ROOT + "." + name;
  }
}
