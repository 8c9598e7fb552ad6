package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.RootFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The images of an engine, made from nothing but a statically linked busybox.
///
/// A Dockerfile is given as its lines; `busybox` lies in the build context.
public final class Images {
  /// A file system that containers can run in: one layer with busybox, one with its links.
  public static final List<String> BASE =
      List.of(
          "FROM scratch",
          "COPY busybox /bin/busybox",
          "RUN [\"/bin/busybox\", \"--install\", \"-s\", \"/bin\"]");

  /// Whatever a layer can hold, and steps that make none: files, hard and symbolic links,
  /// whiteouts, an opaque directory, a sparse file, a named pipe, empty layers.
  public static final List<String> VARIED =
      with(
          BASE,
          "ENV COLOUR=blue",
          "RUN mkdir -p /data/kept && echo one >/data/one && ln /data/one /data/hard"
              + " && ln -s /data/one /data/soft && mkfifo /data/pipe",
          "RUN truncate -s 1M /data/sparse && echo two >/data/two",
          "RUN rm /data/one /data/two && rm -r /data/kept && mkdir /data/kept && touch"
              + " /data/kept/new",
          "LABEL purpose=test",
          "CMD [\"/bin/sleep\", \"1000\"]");

  /// An image without any layer.
  public static final List<String> EMPTY = List.of("FROM scratch", "LABEL purpose=empty");

  private final DockerEngine engine;
  private final Path context;

  public Images(DockerEngine engine) throws IOException {
    this.engine = engine;
    context = Files.createTempDirectory(engine.directory(), "context");
    Files.copy(Requirement.BUSYBOX.file(), context.resolve("busybox"));
  }

  /// `lines`, and `more` below them.
  public static List<String> with(List<String> lines, String... more) {
    var all = new ArrayList<String>(lines);
    all.addAll(List.of(more));
    return List.copyOf(all);
  }

  /// Where the builds' files lie; a test may add its own.
  public Path context() {
    return context;
  }

  /// Builds an image with the classic builder: every step is an image of its own.
  public ImageId classic(String tag, List<String> dockerfile)
      throws IOException, InterruptedException {
    return build("0", tag, dockerfile);
  }

  /// Builds an image with BuildKit, as the engine has it built in.
  public ImageId buildKit(String tag, List<String> dockerfile)
      throws IOException, InterruptedException {
    return build("1", tag, dockerfile);
  }

  /// Builds an image with BuildKit as `flags` say, such as `--platform=linux/arm64`.
  public void buildKit(List<String> dockerfile, String... flags)
      throws IOException, InterruptedException {
    build("1", List.of(flags), dockerfile);
  }

  /// Builds a Dockerfile of the project with BuildKit, its build arguments given as `NAME=value`.
  public ImageId project(Path directory, String tag, String... buildArguments)
      throws IOException, InterruptedException {
    var arguments = new ArrayList<>(List.of("build", "--quiet", "--network=none", "--tag=" + tag));
    for (String argument : buildArguments) {
      arguments.add("--build-arg=" + argument);
    }
    arguments.add(directory.toString());
    return ImageId.parse(engine.docker(Map.of("DOCKER_BUILDKIT", "1"), arguments));
  }

  /// The ID of the image that `name` names.
  public ImageId id(String name) throws IOException, InterruptedException {
    return ImageId.parse(engine.docker("image", "inspect", "--format", "{{.Id}}", name));
  }

  /// The IDs of all images, intermediate ones included, in order.
  public List<ImageId> all() throws IOException, InterruptedException {
    return engine
        .docker("images", "--all", "--quiet", "--no-trunc")
        .lines()
        .map(ImageId::parse)
        .distinct()
        .sorted()
        .toList();
  }

  /// The chain of all layers of an image, which has some.
  public ChainId chain(String name) throws IOException, InterruptedException {
    String diffIds =
        engine.docker("image", "inspect", "--format", "{{join .RootFS.Layers \" \"}}", name);
    return new RootFs(Arrays.stream(diffIds.split(" ", -1)).map(DiffId::parse).toList())
        .chainIds()
        .getLast();
  }

  public void tag(String image, String tag) throws IOException, InterruptedException {
    engine.docker("tag", image, tag);
  }

  public void remove(String... images) throws IOException, InterruptedException {
    engine.docker(with(List.of("rmi", "--force"), images).toArray(String[]::new));
  }

  /// Makes an image of one layer from a tar file.
  public ImageId importTar(Path tar, String tag) throws IOException, InterruptedException {
    return ImageId.parse(engine.docker("import", tar.toString(), tag));
  }

  public void save(Path archive, String... images) throws IOException, InterruptedException {
    engine.docker(
        with(List.of("save", "--output", archive.toString()), images).toArray(String[]::new));
  }

  public void load(Path archive) throws IOException, InterruptedException {
    engine.docker("load", "--quiet", "--input", archive.toString());
  }

  /// Pushes `image` and returns the name it has in the registry.
  public String push(String image, Registry registry) throws IOException, InterruptedException {
    String name = registry.address() + "/" + image;
    tag(image, name);
    engine.docker("push", "--quiet", name);
    return name;
  }

  /// Pulls by name and tag, or by name and digest.
  public ImageId pull(String name) throws IOException, InterruptedException {
    engine.docker("pull", "--quiet", name);
    return id(name);
  }

  /// The `name@sha256:…` under which the registry knows an image that was pushed or pulled.
  public String digestReference(String name) throws IOException, InterruptedException {
    return engine.docker("image", "inspect", "--format", "{{index .RepoDigests 0}}", name);
  }

  private ImageId build(String buildKit, String tag, List<String> lines)
      throws IOException, InterruptedException {
    return ImageId.parse(build(buildKit, List.of("--tag=" + tag), lines));
  }

  private String build(String buildKit, List<String> flags, List<String> lines)
      throws IOException, InterruptedException {
    Path dockerfile = Files.createTempFile(engine.directory(), "Dockerfile", "");
    Files.write(dockerfile, lines);
    // Without --network=none, BuildKit asks for the bridge that this engine does without.
    var arguments =
        new ArrayList<>(List.of("build", "--quiet", "--network=none", "--file=" + dockerfile));
    arguments.addAll(flags);
    arguments.add(context.toString());
    return engine.docker(Map.of("DOCKER_BUILDKIT", buildKit), arguments);
  }
}
