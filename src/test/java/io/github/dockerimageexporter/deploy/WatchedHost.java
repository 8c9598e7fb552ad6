package io.github.dockerimageexporter.deploy;

import io.github.dockerimageexporter.engine.Containers;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/// A host of a fleet: a real engine, and the packaged exporter that watches its store.
///
/// Waste counts at once and directories are measured all the time: nobody waits for hours for a
/// picture or a test.
public final class WatchedHost implements AutoCloseable {
  private static final int MEGABYTE = 1 << 20;
  private static final String OVERLAY = "image/overlay2/";

  private final String name;
  private final DockerEngine engine;
  private final Images images;
  private final Containers containers;
  private final ExporterProcess exporter;

  private WatchedHost(String name, DockerEngine engine, List<String> flags) throws IOException {
    this.name = name;
    this.engine = engine;
    images = new Images(engine);
    containers = new Containers(engine);
    exporter =
        ExporterProcess.start(
            engine.directory().resolve("exporter.log"),
            Stream.concat(
                    Stream.of(
                        "--docker.root=" + engine.dataRoot(),
                        "--check.grace=1s",
                        "--usage.interval=20s"),
                    flags.stream())
                .toArray(String[]::new));
  }

  public static WatchedHost start(String name) throws IOException, InterruptedException {
    return new WatchedHost(name, DockerEngine.start("overlay2"), List.of());
  }

  /// One that has images in containerd as well, one of them without a layer that was never fetched,
  /// and whose layers are scrubbed as fast as they can be read.
  public static WatchedHost withContainerd(String name) throws IOException, InterruptedException {
    DockerEngine engine = DockerEngine.start("overlay2");
    Path home = engine.directory().resolve("containerd-root");
    ContainerdSample.in(engine.directory().resolve("containerds-data-root"), home)
        .unfetch("127.0.0.1:5055/zstd:1");
    return new WatchedHost(
        name,
        engine,
        List.of(
            "--containerd.root=" + home,
            "--scrub.content",
            "--scrub.rate=0",
            "--scrub.interval=10s"));
  }

  public String name() {
    return name;
  }

  /// A directory that lives as long as the host.
  public Path directory() {
    return engine.directory();
  }

  /// Where its metrics are, as a scrape job names it.
  public String target() {
    return "127.0.0.1:" + exporter.port();
  }

  /// Makes an image that containers can run in.
  public void addBase(String tag) throws IOException, InterruptedException {
    images.buildKit(tag, Images.BASE);
  }

  /// Makes an image of one more layer than `from`, with a file of content found nowhere else.
  public void addImage(String tag, String from, int megabytes)
      throws IOException, InterruptedException {
    images.buildKit(
        tag,
        List.of(
            "FROM " + from,
            "RUN dd if=/dev/urandom of=/content-of-%s bs=1M count=%d"
                .formatted(tag.replaceAll("\\W", "-"), megabytes)));
  }

  /// Makes an image of one more layer than `from`, an image made by [#addImage], which has all of
  /// that file once more.
  public void addChanged(String tag, String from) throws IOException, InterruptedException {
    images.buildKit(tag, List.of("FROM " + from, "RUN chmod 600 /content-of-*"));
  }

  public void removeImage(String tag) throws IOException, InterruptedException {
    images.remove(tag);
  }

  public void runContainer(String container, String image)
      throws IOException, InterruptedException {
    containers.run(container, image);
  }

  /// Writes into a running container.
  public void fillContainer(String container, int megabytes)
      throws IOException, InterruptedException {
    containers.exec(container, "dd if=/dev/urandom bs=1M count=%d >>/log".formatted(megabytes));
  }

  /// Takes the content of the topmost layer of an image away.
  public void breakChain(String image) throws IOException, InterruptedException {
    Path content = topContent(image);
    Files.move(content, aside(content));
  }

  /// Puts it back.
  public void healChain(String image) throws IOException, InterruptedException {
    Path content = topContent(image);
    Files.move(aside(content), content);
  }

  /// Takes away the record by which Docker saves the topmost layer of an image: wrong data, but
  /// usable.
  public void loseTarSplit(String image) throws IOException, InterruptedException {
    Files.delete(topRecord(image).resolve("tar-split.json.gz"));
  }

  /// Changes a byte of the file that only an image made by [#addImage] has.
  public void spoilContent(String image) throws IOException, InterruptedException {
    try (Stream<Path> files = Files.list(topContent(image))) {
      Path file =
          files
              .filter(it -> it.getFileName().toString().startsWith("content-of"))
              .findFirst()
              .orElseThrow();
      try (var channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        var first = ByteBuffer.allocate(1);
        channel.read(first, 0);
        channel.write(ByteBuffer.wrap(new byte[] {(byte) ~first.get(0)}), 0);
      }
    }
  }

  /// Leaves a directory below the driver's home that nothing owns.
  public void leaveOrphan(int megabytes) throws IOException {
    Path directory = path("overlay2/" + Digest.of("orphan").hex() + "/diff");
    Files.write(
        Files.createDirectories(directory).resolve("content"), new byte[megabytes * MEGABYTE]);
  }

  /// Leaves what a pull that was cut short leaves.
  public void leaveDownload() throws IOException {
    Files.createDirectories(path("tmp"));
    Files.write(path("tmp/GetImageBlob42"), new byte[MEGABYTE]);
  }

  @Override
  public void close() throws IOException {
    try (engine) {
      exporter.close();
    }
  }

  private static Path aside(Path content) {
    return content.resolveSibling("aside");
  }

  private Path topContent(String image) throws IOException, InterruptedException {
    String directory = Files.readString(topRecord(image).resolve("cache-id"));
    return path("overlay2").resolve(directory).resolve("diff");
  }

  private Path topRecord(String image) throws IOException, InterruptedException {
    return path(OVERLAY + "layerdb/sha256").resolve(images.chain(image).digest().hex());
  }

  private Path path(String below) {
    return engine.dataRoot().resolve(below);
  }
}
