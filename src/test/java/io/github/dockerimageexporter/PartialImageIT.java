package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.cli.command.ExporterCommand;
import io.github.dockerimageexporter.engine.ContainerdStock;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Registry;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// An image of which an engine has not fetched the layers that another image had unpacked.
@RequiresEngine
class PartialImageIT {
  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<EngineKind> KINDS = EngineKind.newest(ImageStore.CONTAINERD);

  private static final String FETCH = "    fetch:    ";

  /// Word for word. What `ctr` names the image by goes when the image is removed.
  @ParameterizedTest
  @FieldSource("KINDS")
  void thePrintedCommandCompletesIt(EngineKind kind) throws IOException, InterruptedException {
    try (var engine = DockerEngine.start(kind);
        var registry = Registry.start(engine.directory().resolve("registry"));
        var other = Registry.start(engine.directory().resolve("other"))) {
      String image = ContainerdStock.pullTwins(engine, registry);
      useTheUsualAddress(engine);
      List<String> found = check(engine);
      assertThat(found).contains("  partial image: " + image + " (linux/amd64)");

      for (String line : found) {
        if (line.startsWith(FETCH)) {
          run(engine, line.substring(FETCH.length()));
        }
      }

      assertThat(check(engine))
          .contains("overlayfs in moby: 3 images, 4 layers, no problems")
          .noneMatch(line -> line.contains("partial"));
      String elsewhere = image.replace(registry.address(), other.address());
      engine.docker("tag", image, elsewhere);
      engine.docker("push", "--quiet", elsewhere);
      engine.docker("rmi", elsewhere, image);
      assertThat(engine.ctr("--namespace=moby", "images", "ls", "--quiet").lines())
          .noneMatch(name -> name.contains("/again"));
    }
  }

  private static void useTheUsualAddress(DockerEngine engine) throws IOException {
    Path run = Files.createDirectories(engine.directory().resolve("debian/root/run/docker"));
    Files.createSymbolicLink(run.resolve("containerd"), engine.containerdSocket().getParent());
  }

  private static void run(DockerEngine engine, String command)
      throws IOException, InterruptedException {
    String ctr = "ctr() { %s \"$@\"; }%n".formatted(engine.ctrCommand());
    Program.of("sh", "-c", ctr + command).run();
  }

  private static List<String> check(DockerEngine engine) {
    var out = new StringWriter();
    ExporterCommand.run(
        new String[] {"check", "--check.settle=10ms", "--docker.root=" + engine.dataRoot()},
        Map.of(),
        new PrintWriter(out),
        new PrintWriter(new StringWriter()));
    return out.toString().lines().toList();
  }
}
