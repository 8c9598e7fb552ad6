package io.github.dockerimageexporter.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Images that only an engine that keeps them in containerd can have, beside [Stock].
///
/// | name                  | is                                                              |
/// |-----------------------|-----------------------------------------------------------------|
/// | `attested:1`          | an index of an image and its attestation                        |
/// | `<registry>/multi:1`  | an index of two platforms and attestations, of which one is here |
/// | `<registry>/plain:1`  | pulled; its layers are in gzip                                  |
/// | `<registry>/again:1`  | the same layers in zstd, pulled after it: they are not fetched  |
/// | `<registry>/zstd:1`   | layers in zstd, fetched                                         |
/// | in `k8s.io`           | `attested:1` once more, imported by containerd's own CLI        |
public final class ContainerdStock {
  private static final List<String> ANY_PLATFORM =
      List.of(
          "FROM scratch", "COPY busybox /bin/busybox", "ARG TARGETARCH", "LABEL of=$TARGETARCH");

  private static final List<String> TWIN = Images.with(Images.BASE, "RUN echo twin >/twin");

  private static final String REGISTRY_ERROR = "500 Internal Server Error";

  private final DockerEngine engine;
  private final Images images;
  private final Registry registry;

  private ContainerdStock(DockerEngine engine, Registry registry) throws IOException {
    this.engine = engine;
    this.images = new Images(engine);
    this.registry = registry;
  }

  /// Adds them to what the engine has, and waits until no build writes to the store any more.
  public static void add(DockerEngine engine) throws IOException, InterruptedException {
    try (var registry = Registry.start(engine.directory().resolve("more"), engine.host())) {
      var stock = new ContainerdStock(engine, registry);
      stock.pullPlatforms();
      stock.pullTwins();
      stock.importElsewhere();
    }
    BuildHistory.settle(engine);
  }

  private void pullPlatforms() throws IOException, InterruptedException {
    String name = registry.address() + "/multi:1";
    push(name, ANY_PLATFORM, "--platform=linux/amd64,linux/arm64", "--provenance=mode=min", "");
    engine.docker("pull", "--quiet", "--platform=linux/amd64", name);
  }

  /// Pulls two images with the same layers in other compressions, of which the engine fetches only
  /// the first's, and returns the other's name.
  public static String pullTwins(DockerEngine engine, Registry registry)
      throws IOException, InterruptedException {
    new ContainerdStock(engine, registry).pullTwins();
    return registry.address() + "/again:1";
  }

  private void pullTwins() throws IOException, InterruptedException {
    String zstd = ",compression=zstd,force-compression=true,oci-mediatypes=true";
    push(registry.address() + "/plain:1", TWIN, "--provenance=false", ",compression=gzip");
    push(registry.address() + "/again:1", TWIN, "--provenance=false", zstd);
    push(
        registry.address() + "/zstd:1",
        Images.with(Images.BASE, "RUN echo zstd >/zstd"),
        "--provenance=false",
        zstd);
    engine.docker("builder", "prune", "--all", "--force");
    for (String name : List.of("plain:1", "again:1", "zstd:1")) {
      engine.docker("pull", "--quiet", registry.address() + "/" + name);
    }
  }

  /// Builds an image in the registry, of which the engine keeps nothing but its cache.
  private void push(String name, List<String> dockerfile, String... flagsAndOutput)
      throws IOException, InterruptedException {
    int last = flagsAndOutput.length - 1;
    var flags = new ArrayList<>(List.of(flagsAndOutput).subList(0, last));
    flags.add("--output=type=image,push=true,name=" + name + flagsAndOutput[last]);
    pushAtLast(dockerfile, flags.toArray(String[]::new));
    images.remove(name);
  }

  /// The manifests of several platforms are pushed at once, and the registry answers with an error
  /// of its own now and then to who asks for a tag that another is just writing.
  private void pushAtLast(List<String> dockerfile, String... flags)
      throws IOException, InterruptedException {
    try {
      images.buildKit(dockerfile, flags);
    } catch (IOException failed) {
      if (!String.valueOf(failed.getMessage()).contains(REGISTRY_ERROR)) {
        throw failed;
      }
      images.buildKit(dockerfile, flags);
    }
  }

  private void importElsewhere() throws IOException, InterruptedException {
    Path archive = engine.directory().resolve("elsewhere.tar");
    images.buildKit(
        Images.with(Images.BASE, "RUN echo attested >/attested"),
        "--provenance=mode=max",
        "--tag=attested:1");
    images.save(archive, "attested:1");
    engine.ctr("--namespace=k8s.io", "images", "import", archive.toString());
  }
}
