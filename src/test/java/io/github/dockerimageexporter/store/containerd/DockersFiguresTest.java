package io.github.dockerimageexporter.store.containerd;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Manifest;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Sized;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The figures of a real store, held against those of the engine that made it and of an independent
/// reader.
class DockersFiguresTest {
  @TempDir Path dataRoot;
  private ContainerdSample sample;
  private ContainerdSnapshot store;

  @BeforeEach
  void read() throws IOException {
    sample = ContainerdSample.in(dataRoot);
    store = sample.read();
  }

  /// The engine that made the store is a 28, which counts a platform's snapshots only if all of its
  /// content is here, and no blobs as shared.
  @Test
  void sizesAndContainersAreThoseTheEngineSaid() {
    List<String> engine = new ArrayList<>();
    for (JsonNode image : sample.said("df.json").get("Images")) {
      engine.add(
          "%s size %d shared %d containers %d"
              .formatted(
                  image.get("Id").asText(),
                  image.get("Size").asLong(),
                  image.get("SharedSize").asLong(),
                  image.get("Containers").asLong()));
    }

    assertThat(engine).hasSize(15).containsExactlyInAnyOrderElementsOf(figuresOf28());
  }

  @Test
  void sizesByTheRulesOf29AreThoseOfAnIndependentReader() {
    JsonNode figures = sample.said("figures-29.json");
    ImageSizes sizes = store.imageSizes(LayerGraph.of(store), Intermediates.of(store));

    assertThat(sizes.total()).hasValue(figures.get("total").asLong());
    assertThat(sizes.reclaimable()).hasValue(figures.get("reclaimable").asLong());
    assertThat(store.images()).hasSize(figures.get("images").size());
    for (var image : figures.get("images").properties()) {
      Image ours = imageOf(image.getKey());
      long size = image.getValue().get("size").asLong();
      assertThat(sizes.sizeOf(ours)).hasValue(size);
      assertThat(sizes.contentSizeOf(ours).orElseThrow() + sizes.unpackedSizeOf(ours).orElseThrow())
          .isEqualTo(size);
      assertThat(store.containersByImage().getOrDefault(ours.id(), 0L))
          .isEqualTo(image.getValue().get("containers").asLong());
      JsonNode shared = image.getValue().get("shared");
      if (!shared.isNull()) {
        assertThat(sizes.sharedSizeOf(ours)).hasValue(shared.asLong());
        assertThat(sizes.uniqueSizeOf(ours)).hasValue(size - shared.asLong());
      }
    }
  }

  private List<String> figuresOf28() {
    var intermediates = Intermediates.of(store);
    List<Image> listed =
        store.images().values().stream()
            .filter(image -> !intermediates.contains(image.id()))
            .toList();
    Map<ChainId, Long> uses =
        listed.stream()
            .flatMap(image -> chains(image).stream().flatMap(List::stream))
            .collect(groupingBy(identity(), counting()));
    return listed.stream()
        .map(
            image ->
                "%s size %d shared %d containers %d"
                    .formatted(
                        image.id(),
                        size(image),
                        chains(image).stream()
                            .flatMap(List::stream)
                            .filter(chain -> uses.getOrDefault(chain, 0L) > 1)
                            .mapToLong(chain -> snapshotBytes(chain.toString()))
                            .sum(),
                        store.containersByImage().getOrDefault(image.id(), 0L)))
        .toList();
  }

  private long size(Image image) {
    long content =
        manifests(image).stream()
            .flatMap(manifest -> manifest.content().stream())
            .mapToLong(Sized::sizeBytes)
            .sum();
    return content
        + chains(image).stream()
            .filter(chain -> !chain.isEmpty())
            .mapToLong(chain -> bytesFrom(chain.getLast().toString()))
            .sum();
  }

  /// Those of the platforms whose content is all here.
  private List<List<ChainId>> chains(Image image) {
    Map<Digest, Boolean> complete = new TreeMap<>();
    for (ImageManifest manifest : image.manifests()) {
      manifest.digest().ifPresent(digest -> complete.put(digest, manifest.complete()));
    }
    return manifests(image).stream()
        .filter(manifest -> complete.getOrDefault(manifest.digest(), false))
        .map(Manifest::chain)
        .toList();
  }

  private List<Manifest> manifests(Image image) {
    return Objects.requireNonNull(store.contents().get(image.id())).manifests();
  }

  private long bytesFrom(String top) {
    long bytes = 0;
    Optional<String> key = Optional.of(top);
    while (key.isPresent()) {
      bytes += snapshotBytes(key.get());
      key = Objects.requireNonNull(store.snapshots().get(key.get())).parent();
    }
    return bytes;
  }

  private long snapshotBytes(String key) {
    return Optional.ofNullable(store.snapshots().get(key))
        .map(SnapshotRecord::sizeBytes)
        .orElseThrow()
        .orElseThrow();
  }

  private Image imageOf(String id) {
    return Objects.requireNonNull(store.images().get(ImageId.parse(id)), id);
  }
}
