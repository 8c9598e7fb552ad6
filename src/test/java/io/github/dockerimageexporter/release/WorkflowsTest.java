package io.github.dockerimageexporter.release;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.deploy.DeployFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The workflows take nothing that can change under them, may do no more than they need, and call
/// scripts that exist.
class WorkflowsTest {
  private static final Path DIRECTORY = Path.of(".github/workflows");
  private static final Pattern PINNED =
      Pattern.compile("([\\w.-]+/[\\w./-]+)@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");
  private static final Pattern SCRIPT = Pattern.compile("(?<![\\w./-])(?:bin|\\.ci)/[\\w-]+");

  /// A job, by the name of its file and its own.
  private record Job(String name, JsonNode content) {
    Stream<JsonNode> steps() {
      return content.get("steps").valueStream();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @Test
  void everyActionIsPinnedToACommitAndNamesItsVersion() throws IOException {
    assertThat(actions()).isNotEmpty().allMatch(action -> PINNED.matcher(action).matches());
  }

  @Test
  void actionIsOfTheSameVersionEverywhere() throws IOException {
    List<String> distinct = actions().stream().distinct().toList();

    assertThat(distinct.stream().map(action -> action.replaceFirst("@.*", "")))
        .doesNotHaveDuplicates();
  }

  @Test
  void workflowsMayOnlyReadUnlessAJobSaysMore() throws IOException {
    assertThat(workflows().values())
        .isNotEmpty()
        .allSatisfy(
            workflow ->
                assertThat(texts(workflow.path("permissions")))
                    .isEqualTo(Map.of("contents", "read")));
  }

  @Test
  void onlyJobsOfTheReleaseMayWrite() throws IOException {
    assertThat(
            jobs().stream()
                .filter(job -> job.content().has("permissions"))
                .collect(toMap(Job::name, job -> texts(job.content().get("permissions")))))
        .isEqualTo(
            Map.of(
                "release.yml image",
                Map.of(
                    "contents", "read",
                    "packages", "write",
                    "id-token", "write",
                    "attestations", "write"),
                "release.yml publish",
                Map.of("contents", "write", "id-token", "write", "attestations", "write")));
  }

  @Test
  void checkoutLeavesNoCredentialsBehind() throws IOException {
    assertThat(jobs().stream().flatMap(Job::steps))
        .filteredOn(step -> step.path("uses").asText().startsWith("actions/checkout@"))
        .isNotEmpty()
        .allMatch(step -> step.at("/with/persist-credentials").asText().equals("false"));
  }

  @Test
  void everyJobHasALimitOfTime() throws IOException {
    assertThat(jobs()).isNotEmpty().allMatch(job -> job.content().has("timeout-minutes"));
  }

  /// An expression in a script is pasted into it, whatever it is; a variable is not.
  @Test
  void scriptsTakeValuesFromTheirEnvironmentOnly() throws IOException {
    assertThat(scripts()).isNotEmpty().noneMatch(script -> script.contains("${{"));
  }

  /// Docker takes an empty name for Docker Hub.
  @Test
  void passwordsGoToNoRegistryButTheOneThatIsSet() throws IOException {
    assertThat(scripts())
        .filteredOn(script -> script.contains("docker login"))
        .hasSize(1)
        .allMatch(script -> script.endsWith(" --password-stdin \"${REGISTRY:?}\""));
  }

  @Test
  void everyScriptThatIsCalledIsThere() throws IOException {
    List<String> called =
        scripts().stream()
            .flatMap(script -> SCRIPT.matcher(script).results().map(MatchResult::group))
            .distinct()
            .toList();

    assertThat(called)
        .contains(".ci/run", "bin/release", "bin/reproducible", "bin/test")
        .allMatch(script -> Files.isExecutable(Path.of(script)));
  }

  @Test
  void npmPackagesAreKeptUpToDate() throws IOException {
    try (Stream<Path> files =
        Files.find(Path.of("."), 4, (file, _) -> file.endsWith("package-lock.json"))) {
      List<String> directories =
          files
              .filter(file -> !file.toString().contains("node_modules"))
              .filter(file -> !file.startsWith("./target"))
              .map(file -> String.valueOf(file.getParent()).substring(1))
              .toList();

      assertThat(
              DeployFiles.read(Path.of(".github/dependabot.yml"))
                  .get("updates")
                  .valueStream()
                  .filter(update -> update.get("package-ecosystem").asText().equals("npm"))
                  .map(update -> update.get("directory").asText()))
          .containsExactlyInAnyOrderElementsOf(directories);
    }
  }

  private static Map<String, JsonNode> workflows() throws IOException {
    var workflows = new TreeMap<String, JsonNode>();
    for (Path file : files()) {
      workflows.put(file.getFileName().toString(), DeployFiles.read(file));
    }
    return workflows;
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.sorted().toList();
    }
  }

  private static List<Job> jobs() throws IOException {
    var jobs = new ArrayList<Job>();
    workflows()
        .forEach(
            (file, workflow) ->
                workflow
                    .get("jobs")
                    .properties()
                    .forEach(job -> jobs.add(new Job(file + " " + job.getKey(), job.getValue()))));
    return jobs;
  }

  private static List<String> scripts() throws IOException {
    return jobs().stream()
        .flatMap(Job::steps)
        .filter(step -> step.has("run"))
        .map(step -> step.get("run").asText())
        .toList();
  }

  /// What stands behind every `uses:`, with its comment.
  private static List<String> actions() throws IOException {
    var actions = new ArrayList<String>();
    for (Path file : files()) {
      Files.readString(file)
          .lines()
          .filter(line -> line.matches("[\\s-]*uses:.*"))
          .forEach(line -> actions.add(line.replaceFirst(".*uses: *", "")));
    }
    return actions;
  }

  private static Map<String, String> texts(JsonNode object) {
    return object
        .propertyStream()
        .collect(toMap(Map.Entry::getKey, entry -> entry.getValue().asText()));
  }
}
