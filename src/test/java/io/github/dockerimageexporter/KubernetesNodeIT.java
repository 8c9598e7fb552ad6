package io.github.dockerimageexporter;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.cli.command.ExporterCommand;
import io.github.dockerimageexporter.engine.Cri;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.Registry;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store that containerd's own client has filled in the namespace of Kubernetes, seen from a host
/// without a data root.
@RequiresEngine
class KubernetesNodeIT {
  private static final EngineKind KIND =
      new EngineKind(EngineKind.Origin.SID, ImageStore.SEPARATE_CONTAINERD);

  private static final String NAMESPACE = "--namespace=k8s.io";

  /// The label of what CRI has pulled, as a filter.
  private static final String MANAGED = "labels.\"io.cri-containerd.image\"==managed";

  @Test
  void aNodesImagesAreIntactWithAndWithoutTheBlobsOfTheirLayers()
      throws IOException, InterruptedException {
    try (var engine = DockerEngine.start(KIND)) {
      fill(engine);
      ObservedStore whole = scan(engine);
      assertThat(whole.store().references().stream().map(Reference::name)).containsExactly("app:1");
      assertThat(image(whole).manifests().getFirst())
          .matches(manifest -> manifest.complete() && manifest.unpacked());

      discardUnpackedLayers(engine);

      assertThat(image(scan(engine)).manifests().getFirst())
          .matches(manifest -> !manifest.complete() && manifest.unpacked());
    }
  }

  /// As nodes of EKS have it, where containerd drops each blob once it is unpacked, and where its
  /// own client has pulled and runs the same image in its default namespace.
  @Test
  void whatAKubeletPullsRunsAndRemovesIsIntact(@TempDir Path directory)
      throws IOException, InterruptedException {
    try (var registry = Registry.start(directory);
        var engine =
            DockerEngine.start(KIND, Cri.containerdSettings(registry.address() + "/app:1"))) {
      String app = pushed(engine, registry);
      var cri = new Cri(engine);
      String config = cri.pull(app);
      collect(engine);

      ObservedStore pulled = scan(engine);
      List<String> names = List.of(app, app.replace("app:1", "app@" + image(pulled).id()));
      assertThat(pulled.store().references())
          .extracting(Reference::name)
          .containsExactlyInAnyOrderElementsOf(names);
      assertThat(engine.ctr(NAMESPACE, "images", "ls", "--quiet", MANAGED).lines())
          .containsAll(names)
          .hasSize(3)
          .contains(config);
      assertThat(image(pulled).manifests().getFirst())
          .matches(manifest -> manifest.unpacked() && !manifest.unfetchedLayers().isEmpty());

      engine.ctr("images", "pull", "--plain-http", app);
      engine.ctr("run", "--detach", app, "by-ctr", "/bin/sleep", "1000");
      String pod = cri.run("pod", app);
      assertThat(found(engine))
          .contains(
              "overlayfs in k8s.io: 1 image, 5 layers, no problems",
              "  7 directories, ",
              "overlayfs in default: 1 image, 5 layers, no problems",
              "  6 directories, ");

      engine.ctr("tasks", "rm", "--force", "by-ctr");
      engine.ctr("containers", "rm", "by-ctr");
      cri.remove(pod);
      cri.removeImage(app);
      collect(engine);
      assertThat(found(engine))
          .contains(
              "overlayfs in k8s.io: 0 images, 0 layers, no problems",
              "overlayfs in default: 1 image, 5 layers, no problems",
              "  5 directories, ");
    }
  }

  /// Word for word, though there is neither a daemon nor its data root.
  @Test
  void thePlanOfANodeFetchesBlobsAgain() throws IOException, InterruptedException {
    try (var engine = DockerEngine.start(KIND);
        var registry = Registry.start(engine.directory().resolve("registry"))) {
      var images = new Images(engine);
      images.buildKit("app:1", Images.VARIED);
      String name = images.push("app:1", registry);
      engine.ctr(NAMESPACE, "images", "pull", "--plain-http", name);
      ObservedStore whole = scan(engine);
      var sample =
          ContainerdSample.at(engine.directory().resolve("no-docker"), engine.containerdRoot());
      Image image = image(whole);
      String layer = image.rootFs().chainIds().getFirst().toString();
      Files.delete(sample.blob(image.id().digest()));
      assertThat(repair(engine)).contains("\nput '");
      assertThat(image(scan(engine))).isEqualTo(image);

      engine.stop();
      sample.changeMeta(
          root -> bucket(root, "v1", "k8s.io", "snapshots", "overlayfs").items().remove(layer));
      engine.restart();
      assertThat(repair(engine))
          .contains("\n# no command for layer " + layer + ": remove all images");
    }
  }

  private static String repair(DockerEngine engine) throws IOException, InterruptedException {
    String plan = check(engine, "--plan", "--containerd.namespaces=k8s.io");
    Path program = Files.createDirectories(engine.directory().resolve("bin"));
    Path check = Files.writeString(program.resolve("docker-image-exporter"), "#!/bin/sh\n");
    Files.writeString(
        program.resolve("ctr"), "#!/bin/sh\nexec %s \"$@\"\n".formatted(engine.ctrCommand()));
    for (Path file : List.of(check, program.resolve("ctr"))) {
      file.toFile().setExecutable(true);
    }
    Path script = Files.writeString(engine.directory().resolve("plan.sh"), plan);
    Program.Outcome outcome =
        new Program(
                Map.of(
                    "PATH",
                    program + ":/usr/bin:/bin:/usr/sbin:/sbin",
                    "CONTAINERD_ADDRESS",
                    engine.containerdSocket().toString()),
                List.of("sh", script.toString()))
            .outcome();
    assertThat(outcome.status()).as("%s%n%s", outcome.complaints(), plan).isZero();
    return plan;
  }

  /// What `check` says of both namespaces, the beginnings of its lines up to the first figure in
  /// bytes.
  private static List<String> found(DockerEngine engine) {
    return check(engine, "--check.grace=0s", "--containerd.namespaces=k8s.io,default")
        .lines()
        .map(line -> line.replaceFirst("^(  \\d+ directories, ).*", "$1"))
        .toList();
  }

  private static String check(DockerEngine engine, String... flags) {
    var out = new StringWriter();
    ExporterCommand.run(
        Stream.concat(
                Stream.of(
                    "check",
                    "--check.settle=10ms",
                    "--docker.root=" + engine.directory().resolve("no-docker"),
                    "--containerd.root=" + engine.containerdRoot()),
                Stream.of(flags))
            .toArray(String[]::new),
        Map.of(),
        new PrintWriter(out),
        new PrintWriter(new StringWriter()));
    return out.toString();
  }

  private static String pushed(DockerEngine engine, Registry registry)
      throws IOException, InterruptedException {
    var images = new Images(engine);
    images.buildKit("app:1", Images.VARIED);
    String name = images.push("app:1", registry);
    images.remove("app:1", name);
    engine.docker("builder", "prune", "--all", "--force");
    return name;
  }

  private static void collect(DockerEngine engine) throws IOException, InterruptedException {
    engine.ctr(NAMESPACE, "leases", "create", "--id=collect");
    engine.ctr(NAMESPACE, "leases", "rm", "--sync", "collect");
  }

  private static void fill(DockerEngine engine) throws IOException, InterruptedException {
    var images = new Images(engine);
    images.buildKit("app:1", Images.VARIED);
    Path archive = engine.directory().resolve("app.tar");
    images.save(archive, "app:1");
    engine.ctr(NAMESPACE, "images", "import", archive.toString());
  }

  /// What CRI does by itself: `discard_unpacked_layers`.
  private static void discardUnpackedLayers(DockerEngine engine)
      throws IOException, InterruptedException {
    ObservedStore seen = scan(engine);
    String manifest =
        image(seen).manifests().getFirst().digest().map(Digest::toString).orElseThrow();
    for (String layer : layers(engine.ctr(NAMESPACE, "content", "get", manifest))) {
      engine.ctr(NAMESPACE, "content", "rm", layer);
    }
  }

  private static List<String> layers(String manifest) throws IOException {
    var layers = new ObjectMapper().readTree(manifest).get("layers");
    return layers.findValuesAsText("digest");
  }

  private static Image image(ObservedStore seen) {
    assertThat(seen.store().images()).hasSize(1);
    return seen.store().images().values().iterator().next();
  }

  /// A scan as `check` makes it, which must find nothing wrong.
  private static ObservedStore scan(DockerEngine engine) throws InterruptedException {
    var settings = new ContainerdSettings(Optional.of(engine.containerdRoot()), List.of("k8s.io"));
    Observation seen =
        new StoreScanner(
                engine.directory().resolve("no-docker"),
                settings,
                Duration.ofSeconds(1),
                Duration.ZERO,
                InstantSource.system())
            .scanAndMeasure(1);
    assertThat(seen.state()).isEqualTo(DataRootState.CONTAINERD);
    ObservedStore store = seen.stores().getFirst();
    assertThat(store.report().findings().stream().map(Finding::problem)).isEmpty();
    assertThat(store.isWhollyRead()).isTrue();
    return store;
  }
}
