package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.model.StoreLayout;
import io.github.dockerimageexporter.model.StoreSnapshot;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.FileStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads one graph driver's image store, remembering from pass to pass what has not changed.
///
/// Referrers are read before what they refer to: names before images, mounts and images before
/// layers, layers before directories. Docker makes a referent before its referrer, so what is made
/// during a pass is never missed by one.
final class DriverStore {
  private final StoreLayout layout;
  private final Chains chains = new Chains();
  private final ReferenceStore references;
  private final ContainerStore containers;
  private final MountStore mounts;
  private final ImageStore images;
  private final LayerStore layers;
  private final TransactionStore transactions;
  private final GraphDriver graphDriver;
  private final TemporaryStore temporary;
  private final Path dataRoot;

  DriverStore(StoreLayout layout, Path dataRoot) {
    this.layout = layout;
    this.references = new ReferenceStore(layout);
    this.containers = new ContainerStore(layout);
    this.mounts = new MountStore(layout);
    this.images = new ImageStore(layout, chains);
    this.layers = new LayerStore(layout, dataRoot, chains);
    this.transactions = new TransactionStore(layout);
    this.graphDriver = new GraphDriver(layout, dataRoot);
    this.temporary = new TemporaryStore(layout);
    this.dataRoot = dataRoot;
  }

  /// @param withTemporary whether to list what all stores of a root share, which one of them does
  StoreSnapshot read(Directory root, Trust trust, boolean withTemporary) {
    var blindness = new Blindness();
    var remnants = new Remnants(blindness);
    var lastChange = lastChange(root);
    var named = references.read(root, blindness);
    var contained = containers.read(root, blindness);
    var mounted = mounts.read(root, contained.names(), blindness, remnants);
    var imaged = images.read(root, blindness, remnants);
    var registering = transactions.read(root, blindness, remnants);
    var layered = layers.read(root, trust, blindness, remnants);
    chains.forget();
    var owners =
        Owners.of(layout, layered, mounted, registering, blindness, () -> buildCache(blindness));
    var directories =
        graphDriver.read(
            root,
            layered.valid().values(),
            mounted.valid().values(),
            owners,
            trust,
            blindness,
            remnants);
    UnusedLayers.read(
        root, layout, imaged, mounted, layered, owners.buildCache(), blindness, remnants);
    if (withTemporary) {
      temporary.read(root, blindness, remnants);
    }
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
        contained.own(),
        directories.layers(),
        directories.overlays(),
        layered.tarSplits(),
        directories.all(),
        directories.homeBytes(),
        remnants.toList(),
        blindness.toUnreadable(),
        lastChange);
  }

  private BuildCache buildCache(Blindness blindness) {
    BuildCache read = BuildCache.read(dataRoot.resolve(layout.root()));
    if (read instanceof BuildCache.Unknown(String reason)) {
      blindness.path(layout.root() + BuildCache.FILE, reason);
    }
    return read;
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
        .map(FileStatus::modifiedAt)
        .max(Comparator.naturalOrder());
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
