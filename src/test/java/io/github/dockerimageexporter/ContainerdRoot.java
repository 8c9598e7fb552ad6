package io.github.dockerimageexporter;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A copy of an engine's store in containerd, to be damaged, and what was read of it before.
///
/// Files are linked to the original's, so that they are replaced and never written to.
record ContainerdRoot(ContainerdSample sample, ContainerdSnapshot healthy) {

  /// The image with several layers of its own, built step by step.
  ImageId varied() {
    return image("varied:classic");
  }

  ImageId image(String name) {
    return healthy.references().stream()
        .filter(reference -> reference.name().equals(name))
        .flatMap(reference -> reference.imageId().stream())
        .findFirst()
        .orElseThrow();
  }

  /// A blob of an image that is here.
  NamedBlob blob(ImageId image, Role role) {
    return blobs(role).filter(blob -> blob.images().contains(image)).findFirst().orElseThrow();
  }

  /// A blob with that role that is here.
  NamedBlob blob(Role role) {
    return blobs(role).findFirst().orElseThrow();
  }

  private Stream<NamedBlob> blobs(Role role) {
    return healthy.namedBlobs().values().stream()
        .filter(blob -> blob.role() == role && blob.isRecorded() && !blob.images().isEmpty());
  }

  List<ChainId> chain(ImageId image) {
    Image known = Objects.requireNonNull(healthy.images().get(image));
    return known.rootFs().chainIds();
  }

  /// The top layer of [#varied], on which no other image stands.
  ChainId top() {
    return chain(varied()).getLast();
  }

  /// A layer below it.
  ChainId middle() {
    return chain(varied()).get(1);
  }

  Set<ImageId> imagesOf(ChainId layer) {
    return new TreeSet<>(LayerGraph.of(healthy).imagesOf(layer));
  }

  /// Those of them that a container was made from.
  Set<ImageId> runImagesOf(ChainId layer) {
    Set<ImageId> run = imagesOf(layer);
    run.removeIf(image -> healthy.containersByImage().getOrDefault(image, 0L) == 0);
    return run;
  }

  SnapshotRecord snapshot(String key) {
    return Objects.requireNonNull(healthy.snapshots().get(key), key);
  }

  Path directoryOf(String key) {
    return sample.directory(snapshot(key).stored().orElseThrow().number());
  }

  /// The ID of a container that no image was made from.
  String container() {
    return containers(false).findFirst().orElseThrow();
  }

  /// The ID of one that an image was made from, which stands on what the container stands on.
  String committedContainer() {
    return containers(true).findFirst().orElseThrow();
  }

  private Stream<String> containers(boolean committed) {
    return healthy.containers().stream()
        .map(Container::id)
        .filter(
            id ->
                healthy
                        .graph()
                        .holdersOf(new Node.Snapshot(ContainerdSnapshot.initOf(id)))
                        .contains(Holder.IMAGE)
                    == committed);
  }

  /// The key of a snapshot that the build cache alone keeps.
  String cached() {
    return healthy.graph().kept().entrySet().stream()
        .filter(held -> held.getValue().all().equals(Set.of(Holder.BUILD_CACHE)))
        .flatMap(
            held ->
                held.getKey() instanceof Node.Snapshot(String key)
                    ? Stream.of(key)
                    : Stream.<String>empty())
        .filter(healthy.snapshotDirectories()::containsKey)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /// Changes the record of a blob in every namespace that has one.
  void changeBlob(Digest blob, Consumer<BoltTree.Bucket> change) throws IOException {
    changeMeta(
        (blobs, namespace) -> {
          if (blobs.items().get(blob.toString()) instanceof BoltTree.Bucket record) {
            change.accept(record);
          }
        });
  }

  /// Removes the records of a blob in every namespace.
  void forget(Digest blob) throws IOException {
    changeMeta((blobs, namespace) -> blobs.items().remove(blob.toString()));
  }

  private void changeMeta(BiConsumer<BoltTree.Bucket, String> change) throws IOException {
    sample.changeMeta(
        root ->
            bucket(root, "v1")
                .items()
                .forEach(
                    (namespace, content) -> {
                      if (content instanceof BoltTree.Bucket bucket
                          && bucket.items().get("content") instanceof BoltTree.Bucket store) {
                        Optional.ofNullable(store.items().get("blob"))
                            .ifPresent(blobs -> change.accept((BoltTree.Bucket) blobs, namespace));
                      }
                    }));
  }

  /// Changes the record of an image of Docker Hub.
  void changeImage(String name, Consumer<BoltTree.Bucket> change) throws IOException {
    sample.changeMeta(
        root -> change.accept(bucket(root, "v1", "moby", "images", "docker.io/library/" + name)));
  }

  /// Changes what `meta.db` has of a snapshot.
  void changeRecord(String key, Consumer<BoltTree.Bucket> change) throws IOException {
    sample.changeMeta(
        root -> change.accept(bucket(root, "v1", "moby", "snapshots", "overlayfs", key)));
  }

  /// Changes what the snapshotter has of one.
  void changeStored(String key, Consumer<BoltTree.Bucket> change) throws IOException {
    String name = snapshot(key).name();
    sample.changeMetadata(root -> change.accept(bucket(root, "v1", "snapshots", name)));
  }

  Path blobs() {
    return Objects.requireNonNull(sample.blob(Digest.of(new byte[0])).getParent());
  }

  Path downloads() {
    return blobs().resolveSibling("../ingest").normalize();
  }

  /// The directories of all snapshots.
  Path directories() {
    return Objects.requireNonNull(sample.directory(0).getParent());
  }

  Path containerDirectory() {
    return sample.dataRoot().resolve("containers").resolve(container());
  }

  Path containerFile(String name) {
    return containerDirectory().resolve(name);
  }

  /// Gives a file another content.
  static void replace(Path file, byte[] content) throws IOException {
    Files.delete(file);
    Files.write(file, content);
  }

  static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
