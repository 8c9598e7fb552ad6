package io.github.dockerimageexporter;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dockerimageexporter.engine.BuildHistory;
import io.github.dockerimageexporter.engine.ContainerdStock;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.EngineKind.Origin;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.OddFiles;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.SavedImage;
import io.github.dockerimageexporter.engine.Stock;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/// The hidden bytes of all images of real engines, beside a plain reading of the tars that those
/// save.
@RequiresEngine
@ParameterizedClass
@FieldSource("KINDS")
class HiddenBytesIT {
  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<EngineKind> KINDS =
      List.of(
          new EngineKind(Origin.MACHINE, ImageStore.OVERLAY2),
          new EngineKind(Origin.SID, ImageStore.OVERLAY2),
          new EngineKind(Origin.SID, ImageStore.CONTAINERD));

  /// Every way to hide a file, one in each layer.
  private static final String HIDING =
      """
      mkdir 1; cd 1; for d in a b c d e f g h; do mkdir -p $d/sub; echo $d >$d/file; echo "$d $d" >$d/sub/file; done; cd ..
      mkdir -p 2/a; echo new >2/a/file; : >2/a/.wh.sub
      mkdir 3; : >3/.wh.b
      mkdir -p 4/c; : >4/c/.wh..wh..opq; echo new >4/c/new
      mkdir -p 5/d; ln -s nowhere 5/d/file; ln -s nowhere 5/d/sub
      mkdir -p 6/e/file; echo below >6/e/file/below; mkdir 6/e/sub
      mkdir 7; echo file >7/f; echo linked >7/g; mkdir -p 7/h; ln 7/g 7/h/file
      mkdir -p 8/a 8/b; echo again >8/a/file; echo back >8/b/file; mkdir -p 8/h; : >8/h/.wh.file
      """;

  private static DockerEngine engine;
  private static ExporterProcess exporter;
  private static Images images;

  private final EngineKind kind;

  HiddenBytesIT(EngineKind kind) {
    this.kind = kind;
  }

  @BeforeParameterizedClassInvocation
  static void stockAnEngine(EngineKind kind) throws IOException, InterruptedException {
    engine = DockerEngine.start(kind);
    Stock.fill(engine);
    images = new Images(engine);
    if (kind.store().isContainerd()) {
      ContainerdStock.add(engine);
    }
    images.importTar(OddFiles.tarIn(engine.directory()), "odd:1");
    images.load(OddFiles.archiveIn(engine.directory(), "hiding", HIDING));
    images.classic(
        "more:1",
        Images.with(
            Images.VARIED,
            "RUN chmod 700 /data/kept && chown 12:34 /data/hard && touch /data/kept/new",
            "RUN mv /data/hard /data/moved && rm -r /data/kept && echo file >/data/kept",
            "RUN rm /bin/busybox"));
    if (kind.store().isContainerd()) {
      BuildHistory.settle(engine);
    }
    List<String> flags = new ArrayList<>(engine.exporterFlags());
    flags.addAll(List.of("--scrub.content", "--scrub.rate=0"));
    exporter =
        ExporterProcess.start(
            engine.directory().resolve("exporter.log"), flags.toArray(String[]::new));
  }

  @AfterParameterizedClassInvocation
  static void removeEngine() throws IOException {
    exporter.close();
    engine.close();
  }

  /// An image whose content is not all here cannot be saved, and is not compared.
  @Test
  void theyAreThoseOfAPlainReading() throws IOException, InterruptedException {
    Map<String, Long> plain = new TreeMap<>();
    for (ImageId image : images.all()) {
      SavedImage.of(engine, image)
          .ifPresent(saved -> plain.put(image.toString(), saved.hiddenBytes()));
    }

    await("every image that could be saved")
        .atMost(Duration.ofMinutes(2))
        .until(() -> shown().keySet().containsAll(plain.keySet()));

    assertThat(shown()).containsAllEntriesOf(plain);
    assertThat(plain).hasSizeGreaterThan(12);
    assertThat(plain.values().stream().filter(bytes -> bytes > 0)).hasSizeGreaterThan(3);
    System.out.printf(
        "%s: %d of %d images compared, %d of them hide bytes%n",
        kind,
        plain.size(),
        images.all().size(),
        plain.values().stream().filter(bytes -> bytes > 0).count());
  }

  private static Map<String, Long> shown() throws IOException, InterruptedException {
    return exporter.metrics().of("docker_image_hidden_bytes").stream()
        .filter(one -> !one.label("containerd_namespace").equals("k8s.io"))
        .collect(toMap(one -> one.label("image_id"), one -> (long) one.value()));
  }

  /// Without a scrub, there is no list of what a layer in containerd has.
  @Test
  void inspectSaysOfEachLayerHowMuchOfItIsHidden() throws IOException, InterruptedException {
    SavedImage saved = SavedImage.of(engine, images.id("hiding:1")).orElseThrow();
    var command = new ArrayList<>(List.of(ExporterProcess.launcher().toString(), "inspect"));
    command.addAll(engine.exporterFlags());
    command.addAll(List.of("--format=json", "hiding:1"));

    JsonNode inspected =
        new ObjectMapper().readTree(Program.of(command.toArray(String[]::new)).run());

    boolean isKnown = !kind.store().isContainerd();
    assertThat(inspected.at("/platforms/0/layers"))
        .map(layer -> layer.get("hiddenBytes").asText())
        .isEqualTo(
            saved.hiddenByLayer().stream()
                .map(bytes -> isKnown ? String.valueOf(bytes) : "null")
                .toList());
    assertThat(inspected.get("hiddenBytes").isNull()).isEqualTo(!isKnown);
  }
}
