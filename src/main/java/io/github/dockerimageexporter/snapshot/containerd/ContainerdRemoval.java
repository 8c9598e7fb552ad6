package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.Removal;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What containerd's garbage collection would remove if an image were removed with all its names:
/// blobs and snapshots, the compressed and the unpacked copy.
///
/// | what                  | goes                                                              |
/// |-----------------------|-------------------------------------------------------------------|
/// | the image             | unless a container uses it, or another image has it as its parent |
/// | its parent, and so on | the same, and no name is left                                     |
/// | a blob or snapshot    | with the last image that keeps it, unless a container, the build  |
/// |                       | cache or a lease keeps it too                                     |
/// | a blob's file         | with the last record of it in any namespace                       |
///
/// Source: containerd, `core/metadata/{gc,content}.go`; moby,
/// `daemon/containerd/image_delete.go`.
///
/// For one thread.
final class ContainerdRemoval implements Removal {
  private static final Set<Need> NEEDS =
      EnumSet.of(
          Need.REFERENCE_NAMES,
          Need.IMAGES,
          Need.LAYERS,
          Need.CONTAINERS,
          Need.BUILD_CACHE,
          Need.BLOBS);

  private final ContainerdSnapshot store;
  private final Intermediates intermediates;
  private final boolean known;
  private final Map<ImageId, Integer> children = new HashMap<>();
  private final Map<ImageId, Long> containers;

  /// By how many images each node is kept; made for the first image that is asked for.
  private final Map<Node, Integer> keepers = new HashMap<>();

  private final Set<Node> held = new HashSet<>();

  ContainerdRemoval(ContainerdSnapshot store, Intermediates intermediates) {
    this.store = store;
    this.intermediates = intermediates;
    this.known = Collections.disjoint(store.unmet(), NEEDS);
    this.containers = store.containersByImage();
    for (Image image : store.images().values()) {
      image.parent().ifPresent(parent -> children.merge(parent, 1, Integer::sum));
    }
  }

  private void follow() {
    held.addAll(store.graph().keptWithoutImages());
    for (ImageId image : store.images().keySet()) {
      store.graph().keptBy(image).forEach(node -> keepers.merge(node, 1, Integer::sum));
    }
  }

  @Override
  public OptionalLong freedBytes(Image image, Function<Path, OptionalLong> diskBytes) {
    if (!known) {
      return OptionalLong.empty();
    }
    if (keepers.isEmpty()) {
      follow();
    }
    long bytes = 0;
    for (Node node : freedWith(image)) {
      OptionalLong own = bytesOf(node, diskBytes);
      if (own.isEmpty()) {
        return own;
      }
      bytes += own.getAsLong();
    }
    return OptionalLong.of(bytes);
  }

  /// What nothing keeps but `image` and those of its parents that are removed with it.
  private Set<Node> freedWith(Image image) {
    var removed = new HashSet<ImageId>();
    Map<Node, Integer> losses = new HashMap<>();
    @Nullable Image next = image;
    while (next != null && isRemovable(next, removed)) {
      removed.add(next.id());
      store.graph().keptBy(next.id()).forEach(node -> losses.merge(node, 1, Integer::sum));
      next = next.parent().map(store.images()::get).orElse(null);
    }
    losses.keySet().removeAll(held);
    losses.entrySet().removeIf(lost -> lost.getValue() < keepers.getOrDefault(lost.getKey(), 0));
    return losses.keySet();
  }

  private boolean isRemovable(Image image, Set<ImageId> removed) {
    boolean first = removed.isEmpty();
    return !removed.contains(image.id())
        && children.getOrDefault(image.id(), 0) == (first ? 0 : 1)
        && containers.getOrDefault(image.id(), 0L) == 0
        && (first || !intermediates.isReferenced(image.id()));
  }

  private OptionalLong bytesOf(Node node, Function<Path, OptionalLong> diskBytes) {
    return switch (node) {
      case Node.Blob(Digest digest) ->
          OptionalLong.of(
              store.foreignBlobs().contains(digest)
                  ? 0
                  : store.blobBytes().getOrDefault(digest, 0L));
      case Node.Snapshot(String key) -> {
        @Nullable Path directory = store.snapshotDirectories().get(key);
        yield directory == null ? OptionalLong.of(0) : diskBytes.apply(directory);
      }
      case Node.Other _ -> OptionalLong.of(0);
    };
  }
}
