package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.InvalidContainer;
import io.github.dockerimageexporter.model.InvalidImage;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.Removal;
import io.github.dockerimageexporter.snapshot.Removal.DiskBytes;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.Unreadable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Docker's image store in one namespace of containerd, with the snapshots of one snapshotter, as
/// one pass over its databases and files found it.
///
/// @param images by the digest of their targets, as Docker names them
/// @param contents what each image's target leads to
/// @param uses how often these use the same
/// @param parentsGone the images whose label names a parent that is not there any more
/// @param layers the chain IDs of images that have a snapshot
/// @param invalidLayers those of them whose record is not complete
/// @param containers those of the snapshotter
/// @param manifests the manifest that each of them runs, as far as it is recorded
/// @param leases what keeps something for its own sake, by ID
/// @param databaseFaults why a database is not one, by its path
/// @param snapshots those of the namespace, by key
/// @param unnamedTargets the targets of images without a name that have no record
/// @param namedBlobs the blobs that its images name
/// @param compared what its layers are compared with
/// @param foreignBlobs the blobs that other namespaces have a record of
/// @param blobBytes what each blob takes on disk
/// @param graph what keeps what
/// @param snapshotDirectories where the snapshots are, by key; those whose directory is there
/// @param hiddenDirectories the keys of those whose directory may be there, and cannot be seen
/// @param leftovers what no record answers for, however young
public record ContainerdSnapshot(
    ContainerdLayout layout,
    StoreUse use,
    PersistentMap<ImageId, Image> images,
    PersistentMap<ImageId, ImageContent> contents,
    ContentUses uses,
    Set<ImageId> parentsGone,
    PersistentMap<ChainId, Layer> layers,
    Map<ChainId, InvalidLayer> invalidLayers,
    List<Reference> references,
    InvalidNames invalidNames,
    List<Container> containers,
    Map<String, Digest> manifests,
    Map<String, InvalidContainer> invalidContainers,
    Set<String> leases,
    Map<String, String> databaseFaults,
    PersistentMap<String, SnapshotRecord> snapshots,
    Set<Digest> unnamedTargets,
    PersistentMap<Digest, NamedBlob> namedBlobs,
    LayerBlobs compared,
    Set<Digest> foreignBlobs,
    Map<Digest, Long> blobBytes,
    Map<BlobOwner, BlobTally> blobs,
    ReferenceGraph graph,
    PersistentMap<ChainId, LayerDirectory> layerDirectories,
    Map<String, Path> snapshotDirectories,
    Set<String> hiddenDirectories,
    PersistentMap<Path, StoreDirectory> directories,
    long bytesOutsideDirectories,
    List<Leftover> leftovers,
    Unreadable unreadable,
    Optional<Instant> lastChange)
    implements StoreSnapshot {
  static final String INIT = "-init";

  private static final Set<Owner> OWNERS = EnumSet.complementOf(EnumSet.of(Owner.MOUNT));

  @Override
  public String driver() {
    return layout.root() + layout.snapshotter();
  }

  @Override
  public Optional<String> containerdNamespace() {
    return Optional.of(layout.namespace());
  }

  @Override
  public ContainerdLayout paths() {
    return layout;
  }

  /// An image without a sound configuration is listed with what is known of it.
  @Override
  public Map<ImageId, InvalidImage> invalidImages() {
    return Map.of();
  }

  @Override
  public Stream<ImageId> imageIds() {
    return images.keySet().stream();
  }

  /// One that the snapshotter's database does not have is there by the other.
  @Override
  public boolean hasLayer(ChainId id) {
    return layers.containsKey(id)
        || invalidLayers.containsKey(id)
        || snapshots.containsKey(id.toString());
  }

  @Override
  public boolean isDockers() {
    return layout.isDockers();
  }

  /// Whether all blobs of an image with the layer are here, so that it can be unpacked again.
  @Override
  public boolean canRestore(ChainId layer) {
    return images.values().stream()
        .flatMap(image -> image.manifests().stream())
        .anyMatch(manifest -> manifest.complete() && manifest.rootFs().chainIds().contains(layer));
  }

  /// The engine has no limit of its own here.
  @Override
  public int maxDepth() {
    return Integer.MAX_VALUE;
  }

  @Override
  public Optional<String> invalidReferences() {
    return invalidNames.reason();
  }

  @Override
  public long mountCount() {
    return containers.stream().filter(container -> snapshots.containsKey(container.id())).count();
  }

  @Override
  public Map<ImageId, Long> containersByImage() {
    return ImageContent.timesRun(contents, manifests.values());
  }

  @Override
  public Map<String, Path> writableLayers() {
    var writable = new TreeMap<String, Path>();
    for (Container container : containers) {
      writable.computeIfAbsent(container.id(), snapshotDirectories::get);
    }
    return writable;
  }

  @Override
  public boolean lacksAllContent() {
    return knows(StorePart.DIRECTORIES) && !layerDirectories.isEmpty() && directories.isEmpty();
  }

  /// Whether blobs are recorded, and the content store has none at all.
  public boolean lacksAllBlobs() {
    return blobBytes.isEmpty()
        && !unreadable.hasBelow(layout.blobs())
        && namedBlobs.values().stream().anyMatch(NamedBlob::isRecorded);
  }

  /// Mounting a directory twice in one stack fails.
  @Override
  public boolean runsOnSharedDirectories() {
    return false;
  }

  @Override
  public boolean keepsLayersApart() {
    return true;
  }

  @Override
  public Set<Owner> owners() {
    return OWNERS;
  }

  @Override
  public PersistentMap<ChainId, TarSplitFile> tarSplits() {
    return PersistentMap.empty(Keys.CHAINS);
  }

  @Override
  public PersistentMap<ChainId, LayerRecord> layerRecords() {
    return compared.found().records();
  }

  @Override
  public List<LayerRecord.Blob> layerBlobs() {
    return compared.found().all();
  }

  /// Containerd unpacks what stands on nothing as it is, without marks of what it removes. What a
  /// build leaves in a directory besides its changes is not in the blob that is made of it.
  @Override
  public LayerFiles layerFiles(Layer layer) {
    return layer.parent().isEmpty() || layout.content().isEmpty()
        ? LayerFiles.WHOLE_TREE
        : LayerFiles.OWN_AND_COPIED;
  }

  @Override
  public Optional<Path> madeUpon(Layer layer) {
    SnapshotRecord snapshot = snapshots.get(layer.chainId().toString());
    return snapshot == null ? Optional.empty() : snapshot.init().map(snapshotDirectories::get);
  }

  @Override
  public Set<Need> unmet() {
    return ContainerdNeeds.unmet(this);
  }

  @Override
  public ImageSizes imageSizes(LayerGraph layerGraph, Intermediates intermediates) {
    return new ContainerdImageSizes(this, intermediates);
  }

  @Override
  public Removal removal(LayerGraph layerGraph, Intermediates intermediates, DiskBytes bytes) {
    return new ContainerdRemoval(this, intermediates, bytes);
  }

  /// The container whose snapshot would have the key.
  public static String containerOf(String key) {
    return key.endsWith(INIT) ? key.substring(0, key.length() - INIT.length()) : key;
  }

  /// The key of the snapshot below that of `container`.
  public static String initOf(String container) {
    return container + INIT;
  }

  @Override
  public ContainerdSnapshot with(
      PersistentMap<Path, StoreDirectory> directories, Unreadable unread) {
    return new ContainerdSnapshot(
        layout,
        use,
        images,
        contents,
        uses,
        parentsGone,
        layers,
        invalidLayers,
        references,
        invalidNames,
        containers,
        manifests,
        invalidContainers,
        leases,
        databaseFaults,
        snapshots,
        unnamedTargets,
        namedBlobs,
        compared,
        foreignBlobs,
        blobBytes,
        blobs,
        graph,
        layerDirectories,
        snapshotDirectories,
        hiddenDirectories,
        directories,
        bytesOutsideDirectories,
        leftovers,
        unread,
        lastChange);
  }
}
