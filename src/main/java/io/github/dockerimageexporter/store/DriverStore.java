package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.model.StoreLayout;
import io.github.dockerimageexporter.model.StoreSnapshot;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.FileStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads one graph driver's image store, remembering from pass to pass what has not changed.
///
/// Referrers are read before what they refer to: names before images, mounts and images before
/// layers, layers before directories. Docker makes a referent before its referrer, so what is made
/// during a pass is never missed by one.
final class DriverStore {
  private static final long NANOS = 1_000_000_000L;

  private final StoreLayout layout;
  private final ReferenceStore references;
  private final ContainerStore containers;
  private final MountStore mounts;
  private final ImageStore images;
  private final LayerStore layers;
  private final GraphDriver graphDriver;

  DriverStore(StoreLayout layout, Path dataRoot) {
    this.layout = layout;
    this.references = new ReferenceStore(layout);
    this.containers = new ContainerStore(layout);
    this.mounts = new MountStore(layout);
    this.images = new ImageStore(layout);
    this.layers = new LayerStore(layout, dataRoot);
    this.graphDriver = new GraphDriver(layout, dataRoot);
  }

  StoreSnapshot read(Directory root, Trust trust) {
    var blindness = new Blindness();
    var lastChange = lastChange(root);
    var named = references.read(root, blindness);
    var contained = containers.read(root, blindness);
    var mounted = mounts.read(root, blindness);
    var imaged = images.read(root, blindness);
    var layered = layers.read(root, trust, blindness);
    var directories =
        graphDriver.read(
            root, layered.valid().values(), mounted.valid().values(), trust, blindness);
    return new StoreSnapshot(
        layout,
        imaged.valid(),
        imaged.invalid(),
        layered.valid(),
        layered.invalid(),
        mounted.valid(),
        mounted.invalid(),
        named.list(),
        named.invalid(),
        contained,
        directories.layers(),
        directories.overlays(),
        layered.tarSplits(),
        directories.all(),
        blindness.toUnreadable(),
        lastChange);
  }

  /// The newest change of any of the store's lists; an edit inside an object does not show there.
  private Optional<Instant> lastChange(Directory root) {
    return Stream.of(
            layout.references(),
            layout.imageConfigs(),
            layout.imageMetadata(),
            layout.layers(),
            layout.mounts())
        .flatMap(path -> find(root, path).stream())
        .map(FileStatus::modifiedNanos)
        .max(Long::compare)
        .map(
            nanos ->
                Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS)));
  }

  /// What cannot be read here is named where it is read for its content.
  private static Optional<FileStatus> find(Directory root, String path) {
    try {
      return root.find(path);
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
