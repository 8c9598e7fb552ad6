package io.github.dockerimageexporter.store.containerd;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What removing an image that was built step by step frees; `FreeableIT` compares it with real
/// engines.
class FreeableInContainerdTest {
  private static final String NAME = "varied:classic";
  private static final String PARENT = "org.mobyproject.image.parent";

  @TempDir private Path dataRoot;
  private ContainerdSample sample;
  private ImageId image;
  private ImageId parent;

  @BeforeEach
  void unpack() throws IOException {
    sample = ContainerdSample.in(dataRoot);
    image = sample.idOf(NAME);
    parent = parentOf(image);
  }

  @Test
  void parentsWithoutNameGoWithTheImage() throws IOException {
    long all = freed(image);

    takeParentFrom(label(NAME));

    assertThat(freed(image)).isPositive().isLessThan(all);
  }

  @Test
  void whatOtherImagesKeepStaysWhenSeveralGoTogether() throws IOException {
    ContainerdSnapshot before = sample.read();
    Node shared =
        keptBy(Set.of(parent), before).stream()
            .filter(node -> node instanceof Node.Blob && bytes(Set.of(node), before) > 0)
            .filter(node -> before.graph().holdersOf(node).equals(Set.of(Holder.IMAGE)))
            .findFirst()
            .orElseThrow();
    String other = sample.idOf("imported:1").toString();
    sample.changeMeta(
        root -> {
          BoltTree.Bucket record = bucket(root, "v1", "moby", "content", "blob", other);
          record.items().putIfAbsent("labels", new BoltTree.Bucket());
          bucket(record, "labels")
              .with(
                  "containerd.io/gc.ref.content.shared", ((Node.Blob) shared).digest().toString());
        });
    ContainerdSnapshot store = sample.read();
    Set<ImageId> going = new HashSet<>();
    for (ImageId next = image; going.add(next); ) {
      next = parentOf(next);
    }
    Set<Node> kept = keptBy(going, store);
    Set<ImageId> others = new HashSet<>(store.images().keySet());
    others.removeAll(going);
    Set<Node> alone = new HashSet<>(kept);
    alone.removeAll(keptBy(others, store));
    alone.removeIf(node -> !store.graph().holdersOf(node).equals(Set.of(Holder.IMAGE)));

    assertThat(going).hasSizeGreaterThan(1);
    assertThat(bytes(alone, store)).isLessThan(bytes(kept, store));
    assertThat(freed(image)).isEqualTo(bytes(alone, store));
  }

  private static Set<Node> keptBy(Set<ImageId> images, ContainerdSnapshot store) {
    return images.stream()
        .flatMap(image -> store.graph().keptBy(image).stream())
        .collect(toCollection(HashSet::new));
  }

  private static long bytes(Set<Node> nodes, ContainerdSnapshot store) {
    return nodes.stream()
        .mapToLong(
            node ->
                switch (node) {
                  case Node.Blob(Digest digest) -> store.blobBytes().getOrDefault(digest, 0L);
                  case Node.Snapshot(String key) ->
                      store.snapshotDirectories().containsKey(key) ? 1 : 0;
                  case Node.Other _ -> 0;
                })
        .sum();
  }

  @Test
  void imageWithANameThatIsAParentStaysAndItsOwnParentsGo() throws IOException {
    sample.changeMeta(root -> label("imported:1").in(root).with(PARENT, image.toString()));

    assertThat(freed(image)).isPositive().isEqualTo(freed(parent));
  }

  @Test
  void otherChildrenDoNotKeepAParentWithoutName() throws IOException {
    long own = freed(parent);
    sample.changeMeta(root -> label("imported:1").in(root).with(PARENT, parent.toString()));

    assertThat(freed(parent)).isPositive().isEqualTo(own);
  }

  /// Docker finds none of them then.
  @Test
  void parentsStayIfOneOfThemIsGone() throws IOException {
    String gone = "moby-dangling@" + lowest();
    byte[] meta = Files.readAllBytes(sample.meta());
    takeParentFrom(label(NAME));
    long own = freed(image);
    Files.write(sample.meta(), meta);
    sample.changeMeta(root -> bucket(root, "v1", "moby", "images").items().remove(gone));

    assertThat(freed(image)).isEqualTo(own);
  }

  private ImageId lowest() {
    ImageId lowest = parent;
    while (!parentOf(lowest).equals(lowest)) {
      lowest = parentOf(lowest);
    }
    return lowest;
  }

  private interface Labels {
    BoltTree.Bucket in(BoltTree.Bucket root);
  }

  private static Labels label(String name) {
    return root -> {
      BoltTree.Bucket record = bucket(root, "v1", "moby", "images", "docker.io/library/" + name);
      record.items().putIfAbsent("labels", new BoltTree.Bucket());
      return bucket(record, "labels");
    };
  }

  private void takeParentFrom(Labels labels) throws IOException {
    sample.changeMeta(root -> labels.in(root).items().remove(PARENT));
  }

  /// The image itself if it has none.
  private ImageId parentOf(ImageId child) {
    return Objects.requireNonNull(sample.read().images().get(child)).parent().orElse(child);
  }

  private long freed(ImageId id) {
    ContainerdSnapshot store = sample.read();
    return store
        .removal(LayerGraph.of(store), Intermediates.of(store), _ -> OptionalLong.of(1))
        .freedBytes(Objects.requireNonNull(store.images().get(id)))
        .orElseThrow();
  }
}
