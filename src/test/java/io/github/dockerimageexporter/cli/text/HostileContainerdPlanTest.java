package io.github.dockerimageexporter.cli.text;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.check.ContainerdProblem;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.repair.containerd.ContainerdPlanner;
import io.github.dockerimageexporter.repair.plan.ContainerdPlan;
import io.github.dockerimageexporter.repair.plan.ContainerdStep;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Plans for a store of containerd, in which all names that anybody can choose are hostile, are run
/// by a real shell. It must call the plan's own functions only, with arguments of known forms.
class HostileContainerdPlanTest {
  private static final Pattern WORD =
      Pattern.compile(
          "(?:sha256:)?[a-f0-9]{64}|[0-9]+|127\\.0\\.0\\.1:5055/[a-z]+(?:@sha256:[a-f0-9]{64})?");
  private static final Pattern OF_ROOT =
      Pattern.compile(
          "(?s)-[LP]|check|--|/srv/[^\\p{Cc}]*|--docker.root=/srv/[^\\p{Cc}]*"
              + "|--containerd.root=/srv/[^\\p{Cc}]*|--containerd.namespaces=moby");
  private static final Set<String> OF_THE_ROOT = Set.of("cd", "pwd", "docker-image-exporter");

  @TempDir private Path directory;
  private ContainerdSample sample;
  private ContainerdSnapshot store;
  private LayerGraph graph;

  @BeforeEach
  void store() throws IOException {
    sample = ContainerdSample.in(directory.resolve("root"));
    store = sample.read();
    graph = LayerGraph.of(store);
  }

  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.cli.text.HostileNames#ALL")
  void noNameGetsIntoACommandButAsAPath(String name) throws IOException, InterruptedException {
    var scripts = new ArrayList<String>();
    for (Problem problem : problems(name)) {
      ContainerdPlan plan = plan(problem);
      assertThat(plan.isEmpty()).as(problem.toString()).isFalse();
      for (String root : List.of("/srv/docker", "/srv/" + name.replace('\u0000', '0'))) {
        scripts.add(PlanScript.of(path(root), Instant.EPOCH, List.of(), plan));
      }
    }

    Map<String, List<RecordedCalls.Call>> calls =
        RecordedCalls.of(ContainerdScript.functions(), scripts, directory);

    assertThat(calls)
        .allSatisfy(
            (script, ofIt) -> {
              assertThat(script).as("lines of print alone").matches("(?s)[ -~\n\\p{L}\\p{S}…]*");
              assertThat(ofIt).as(script).allSatisfy(this::isSafe);
            });
  }

  /// Whoever writes to containerd's root names its folders, and the buckets of its databases.
  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.cli.text.HostileNames#ALL")
  void noNameOfTheStoreGetsIntoACommand(String name) throws IOException, InterruptedException {
    var scripts = new ArrayList<String>();
    for (ContainerdLayout layout :
        List.of(
            new ContainerdLayout("", "containerd/daemon", name, "overlayfs"),
            new ContainerdLayout("", "containerd/daemon", "moby", name))) {
      var plan =
          new ContainerdPlan(
              layout,
              List.of(name),
              List.of(),
              List.of(new ContainerdStep.Note(name), new ContainerdStep.EndLease("ab".repeat(32))),
              0);
      scripts.add(PlanScript.of(Path.of("/srv/docker"), Instant.EPOCH, List.of(), plan));
    }

    assertThat(RecordedCalls.of(ContainerdScript.functions(), scripts, directory))
        .allSatisfy((script, calls) -> assertThat(calls).as(script).isEmpty());
  }

  /// Whoever makes an image names it, and whoever writes to the database labels its blobs.
  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.cli.text.HostileNames#ALL")
  void noNameOfAnImageGetsIntoACommand(String name) throws IOException, InterruptedException {
    String bytes = new String(name.getBytes(UTF_8), ISO_8859_1);
    sample.changeMeta(
        root -> {
          var images = bucket(root, "v1", "moby", "images").items();
          List.copyOf(images.keySet())
              .forEach(image -> images.put(bytes + image, images.remove(image)));
          bucket(root, "v1", "moby", "images", images.lastKey(), "target").with("digest", bytes);
          var blobs = bucket(root, "v1", "moby", "content", "blob");
          for (String blob : blobs.items().keySet()) {
            bucket(blobs, blob)
                .with(
                    "labels",
                    new BoltTree.Bucket()
                        .with("containerd.io/distribution.source." + bytes, bytes + "," + bytes)
                        .with("containerd.io/distribution.source.a", bytes));
          }
        });
    store = sample.read();
    graph = LayerGraph.of(store);

    var scripts = new ArrayList<String>();
    ContainerdPlan forgetting = plan(new Problem.ReferencesInvalid("", "", true));
    assertThat(forgetting.isEmpty()).isFalse();
    scripts.add(PlanScript.of(Path.of("/srv/docker"), Instant.EPOCH, List.of(), forgetting));
    for (NamedBlob blob : store.namedBlobs().values().stream().limit(12).toList()) {
      scripts.add(
          PlanScript.of(
              Path.of("/srv/docker"),
              Instant.EPOCH,
              List.of(),
              plan(
                  new ContainerdProblem.BlobMissing(
                      blob.digest(), "layer", blob.images(), "", true, true, false))));
    }

    assertThat(RecordedCalls.of(ContainerdScript.functions(), scripts, directory))
        .allSatisfy((script, calls) -> assertThat(calls).as(script).allSatisfy(this::isSafe));
  }

  /// A path of a surrogate has no encoding.
  private static Path path(String root) {
    return Path.of(root.replace('\ud83d', '\u0001'));
  }

  private void isSafe(RecordedCalls.Call call) {
    for (String argument : call.arguments()) {
      assertThat(argument).matches(OF_THE_ROOT.contains(call.function()) ? OF_ROOT : WORD);
    }
  }

  private ContainerdPlan plan(Problem problem) {
    return ContainerdPlanner.plan(
        store,
        graph,
        new Report(List.of(new Finding(problem, images())), Set.of(), Set.of(), Map.of()),
        Map.of());
  }

  private List<ImageId> images() {
    return store.images().keySet().stream().limit(1).toList();
  }

  /// Of every kind, with `name` wherever the store has text.
  private List<Problem> problems(String name) {
    NamedBlob blob =
        store.namedBlobs().values().stream()
            .filter(it -> !it.sources().isEmpty())
            .findFirst()
            .orElseThrow();
    ChainId layer = store.layers().keySet().iterator().next();
    ImageId image = images().getFirst();
    Optional<String> text = Optional.of(name);
    return Stream.of(
            Stream.of(
                new ContainerdProblem.BlobMissing(
                    blob.digest(), name, blob.images(), name, true, true, false),
                new ContainerdProblem.ManifestInvalid(
                    blob.digest(), name, blob.images(), name, name, false, false),
                new ContainerdProblem.ManifestInvalid(
                    blob.digest(), name, blob.images(), name, name, true, true),
                new ContainerdProblem.SnapshotRecordMissing(name, List.of(layer), name),
                new ContainerdProblem.SnapshotParentMismatch(name, List.of(), name, text, text),
                new ContainerdProblem.StoreDatabaseInvalid(name, name),
                new ContainerdProblem.ContainerLeaseMissing(name, name),
                new ContainerdProblem.ContentStoreEmpty(name),
                new ContainerdProblem.SnapshotDirectoryMissing(name, List.of(layer), name),
                new ContainerdProblem.SnapshotDirectoryMissing(name + "-init", List.of(), name),
                new ContainerdProblem.BlobOrphan(name)),
            Stream.of(
                new Problem.ReferenceDangling(name, image.toString(), List.of(name, "a:" + name)),
                new Problem.ReferenceDangling(name, name, List.of(name)),
                new Problem.ContainerMountMissing(name, name, true),
                new Problem.ContainerConfigInvalid(name, name, name),
                new Problem.LayerMissing(layer, name, true),
                new Problem.LayerDirectoryMissing(layer, name, false),
                new Problem.DriverDirectoryEmpty(name),
                new Problem.CacheIdConflict(new CacheId("1"), List.of(layer), name, false),
                new Problem.LayerParentCycle(List.of(layer), name),
                new Problem.LayerMetadataInvalid(layer, name, name),
                new Problem.ChainIdMismatch(layer, name, layer),
                new Problem.MountUnowned(name, name),
                new Problem.OrphanDirectory(name),
                new Problem.DownloadLeftover(name),
                new Problem.StrayEntry(name)))
        .<Problem>flatMap(problems -> problems)
        .toList();
  }
}
