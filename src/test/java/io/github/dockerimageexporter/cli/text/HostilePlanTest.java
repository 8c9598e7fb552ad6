package io.github.dockerimageexporter.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.check.ContentProblem;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.repair.Repair;
import io.github.dockerimageexporter.repair.plan.GraphDriverPlan;
import io.github.dockerimageexporter.repair.plan.GraphDriverStep;
import io.github.dockerimageexporter.repair.plan.Plan;
import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Plans of every kind of problem, in which all names that anybody can choose are hostile, are run
/// by a real shell. It must call the plan's own functions only, with arguments of known forms.
class HostilePlanTest {
  private static final JsonMapper ASCII =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final Pattern PATH =
      Pattern.compile("(?:image|overlay2|containers|tmp)(?:/[^/\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+)*");
  private static final Pattern WORD =
      Pattern.compile(
          "(?:sha256:)?[a-f0-9]{64}(?:-init)?|[a-z0-9]{25}|[A-Z2-7]{26}|[0-9]+|--insecure"
              + "|l/[A-Z2-7]{26}(?::l/[A-Z2-7]{26})*|");
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?:[a-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9]+(?:[._/-][a-z0-9]+)*"
              + "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|@sha256:[a-f0-9]{64})");
  private static final Set<String> OF_REFERENCES = Set.of("served", "pull", "drop");
  private static final Set<String> OF_THE_ROOT =
      Set.of("cd", "pwd", "stat", "docker-image-exporter");

  @TempDir private Path directory;
  private SampleStore store;
  private ImageId app;
  private String container;

  @BeforeEach
  void store() {
    store = new SampleStore(directory.resolve("root"));
    app = store.image("app:1", "base", "app");
    container = store.container("web", app);
  }

  @Test
  void everyKindIsAmongThem() {
    assertThat(problems("name").stream().map(Problem::kind)).containsAll(Checking.KINDS);
  }

  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.cli.text.HostileNames#ALL")
  void noNameGetsIntoACommandButAsAPath(String name) throws IOException, InterruptedException {
    writeReferences(name);

    var scripts = new ArrayList<String>();
    for (Problem problem : problems(name)) {
      Plan plan = plan(problem);
      for (String root : List.of("/srv/docker", "/srv/" + name.replace('\u0000', '0'))) {
        scripts.add(PlanScript.of(path(root), Instant.EPOCH, List.of(), plan));
      }
    }
    Map<String, List<RecordedCalls.Call>> calls =
        RecordedCalls.of(GraphDriverScript.functions(), scripts, directory);

    assertThat(calls)
        .allSatisfy(
            (script, ofIt) -> {
              assertThat(script).as("lines of print alone").matches("(?s)[ -~\n\\p{L}\\p{S}…]*");
              assertThat(ofIt).as(script).allSatisfy(this::isSafe);
            });
  }

  /// Directories below `image` are stores of storage plugins, whatever they are called.
  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.cli.text.HostileNames#ALL")
  void noDriverGetsIntoACommandButAsAPath(String name) throws IOException, InterruptedException {
    var layout = new GraphDriverLayout("", name);
    var plan =
        new GraphDriverPlan(
            layout,
            List.of(),
            List.of(new GraphDriverStep.RestoreNames(layout.references())),
            List.of(),
            List.of(),
            true,
            OptionalLong.empty(),
            0);

    String script = PlanScript.of(Path.of("/srv/docker"), Instant.EPOCH, List.of(), plan);

    List<RecordedCalls.Call> restored =
        RecordedCalls.of(GraphDriverScript.functions(), List.of(script), directory)
            .values()
            .stream()
            .flatMap(List::stream)
            .filter(call -> call.function().equals("restore_names"))
            .toList();
    assertThat(restored)
        .as(script)
        .isIn(
            List.of(),
            List.of(new RecordedCalls.Call("restore_names", List.of(layout.references()))));
  }

  /// A path of a surrogate has no encoding.
  private static Path path(String root) {
    return Path.of(root.replace('\ud83d', '\u0001'));
  }

  private void isSafe(RecordedCalls.Call call) {
    for (String argument : call.arguments()) {
      if (OF_THE_ROOT.contains(call.function())) {
        assertThat(argument)
            .matches("(?s)-[LPc]|%d|check|--|/srv/[^\\p{Cc}]*|--docker.root=/srv/[^\\p{Cc}]*");
      } else if (OF_REFERENCES.contains(call.function())) {
        assertThat(argument).matches(REFERENCE.pattern() + "|" + WORD.pattern());
      } else {
        assertThat(argument).matches(PATH.pattern() + "|" + WORD.pattern());
        assertThat(argument).doesNotContain("/../").doesNotStartWith("-r");
      }
    }
  }

  /// One for each kind, with `name` wherever the store has text.
  private List<Problem> problems(String name) {
    ChainId base = SampleStore.chainId("base");
    ChainId layer = SampleStore.chainId("base", "app");
    CacheId cacheId = SampleStore.cacheId("base", "app");
    String path = "overlay2/" + name.replace('/', '_');
    String own = "overlay2/" + cacheId + "/lower";
    Optional<String> found = Optional.of(name);
    return List.of(
        new Problem.ImageConfigInvalid(app, path, name),
        new Problem.ImageConfigDigestMismatch(app, path, base.digest()),
        new Problem.LayerMissing(layer, path),
        new Problem.ReferenceDangling(path, name, List.of(name, "lost:1", name + ":1")),
        new Problem.ReferencesInvalid("image/overlay2/repositories.json", name, true),
        new Problem.LayerMetadataInvalid(layer, path, name),
        new Problem.LayerEmpty(layer, path),
        new Problem.LayerParentMissing(base, List.of(layer), path),
        new Problem.LayerParentCycle(List.of(base, layer), path),
        new Problem.ChainTooDeep(layer, path, 125),
        new Problem.ImageTooDeep(app, path, 126, 125),
        new Problem.LayerDirectoryMissing(layer, path, true),
        new Problem.DriverDirectoryEmpty("overlay2"),
        new Problem.OverlayLinkInvalid(name, List.of(layer), own, found),
        new Problem.OverlayLinkInvalid(name, List.of(), path + "/link", found),
        new Problem.OverlayLinkDangling(name, List.of(), path, found, name),
        new Problem.OverlayLinkDangling(name, List.of(layer), path, Optional.empty(), name),
        new Problem.OverlayLowerMismatch(name, List.of(layer), own, Optional.empty()),
        new Problem.OverlayLowerMismatch(name, List.of(), path + "/lower", Optional.empty()),
        new Problem.MountInvalid(List.of(name, container), path, name),
        new Problem.ContainerMountMissing(name, path, false),
        new Problem.ChainIdMismatch(layer, path, base),
        new Problem.CacheIdConflict(cacheId, List.of(layer), path, true),
        new Problem.LayerSizeMismatch(layer, path, 1, 2, 3),
        new Problem.TarSplitInvalid(layer, path, name),
        new ContentProblem(layer, path, Fault.FILE_MISSING, new AffectedFiles(11, List.of(name))),
        new ContentProblem(layer, path, Fault.FILE_UNEXPECTED, new AffectedFiles(1, List.of(name))),
        new ContentProblem(layer, path, Fault.FILE_METADATA, new AffectedFiles(1, List.of(name))),
        new ContentProblem(layer, path, Fault.FILE_SIZE, new AffectedFiles(1, List.of(name))),
        new ContentProblem(layer, path, Fault.FILE_CHECKSUM, new AffectedFiles(1, List.of(name))),
        new ContentProblem(layer, path, Fault.DIFF_ID, new AffectedFiles(1, List.of(name))),
        new Problem.ContainerConfigInvalid(name, path, name),
        new Problem.ContainerConfigInvalid(container, path, name),
        new Problem.ImageParentDangling(app, List.of(app), path),
        new Problem.LayerUnreferenced(layer, path),
        new Problem.LayerRemovalLeftover(path),
        new Problem.LayerTransactionLeftover(path),
        new Problem.OrphanDirectory(path),
        new Problem.OverlayLinkUnowned(path),
        new Problem.MountUnowned(path, name),
        new Problem.ImageMetadataOrphan(app, path),
        new Problem.DownloadLeftover(path),
        new Problem.StrayEntry("overlay2/.tmp-" + name.replace('/', '_')),
        new Problem.StrayEntry(path));
  }

  private Plan plan(Problem problem) {
    StoreSnapshot snapshot =
        new StoreReader(store.dataRoot()).read(Freshness.EVERY_FILE).stores().getFirst();
    ObservedStore observed = Checking.observe(snapshot, List.of(problem));
    assertThat(observed.report().findings()).extracting(Finding::problem).containsExactly(problem);
    return Repair.plan(snapshot, observed.graph(), observed.report(), Map.of()).orElseThrow();
  }

  private void writeReferences(String name) throws IOException {
    String id = app.toString();
    var names =
        Map.of(
            name,
            id,
            name + ":1",
            id,
            "app:" + name,
            id,
            name + "@" + id,
            id,
            "127.0.0.1:5000/app@" + id,
            id);
    Files.writeString(
        store.repositories(),
        ASCII.writeValueAsString(Map.of("Repositories", Map.of("app", names))));
  }
}
