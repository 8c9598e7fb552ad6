package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Kind;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Stored;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.KnownRecords;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The layers of images, as snapshots record them.
///
/// | of a layer | comes from                                                                      |
/// |------------|---------------------------------------------------------------------------------|
/// | chain ID   | the snapshot's key                                                              |
/// | diff ID    | the configuration of an image that has the layer                                |
/// | parent     | the snapshot's parent; above a commit the one below the container's `-init`     |
/// | size       | the snapshot's, as recorded                                                     |
/// | directory  | the snapshot's number                                                           |
///
/// @param invalid those that were not committed, by their record, or without their size
record LayerRecords(Map<ChainId, Layer> layers, Map<ChainId, InvalidLayer> invalid) {
  private static final int MOST_STEPS = 4;

  /// @param last the layers of the pass before: those that are the same are the very objects
  static LayerRecords of(
      Collection<Image> images,
      Map<String, SnapshotRecord> snapshots,
      ContainerdLayout layout,
      Map<ChainId, Layer> last) {
    var records = new LayerRecords(new HashMap<>(), new TreeMap<>());
    for (Image image : images) {
      image.chains().forEach(rootFs -> records.add(rootFs, snapshots, layout));
    }
    var sorted = LinkedHashMap.<ChainId, Layer>newLinkedHashMap(records.layers.size());
    records.layers.values().stream()
        .sorted(Comparator.comparing(Layer::chainId))
        .map(layer -> KnownRecords.same(last.get(layer.chainId()), layer))
        .forEach(layer -> sorted.put(layer.chainId(), layer));
    return new LayerRecords(sorted, records.invalid);
  }

  private void add(RootFs rootFs, Map<String, SnapshotRecord> snapshots, ContainerdLayout layout) {
    List<ChainId> chain = rootFs.chainIds();
    for (int i = 0; i < chain.size(); i++) {
      ChainId id = chain.get(i);
      @Nullable SnapshotRecord record =
          layers.containsKey(id) ? null : snapshots.get(id.toString());
      if (record != null) {
        Optional<ChainId> below = i == 0 ? Optional.empty() : Optional.of(chain.get(i - 1));
        add(id, rootFs.diffIds().get(i), below, record, snapshots, layout);
      }
    }
  }

  private void add(
      ChainId id,
      DiffId diffId,
      Optional<ChainId> below,
      SnapshotRecord record,
      Map<String, SnapshotRecord> snapshots,
      ContainerdLayout layout) {
    if (record.stored().isEmpty()) {
      return;
    }
    Stored stored = record.stored().get();
    var directory = new CacheId(String.valueOf(stored.number()));
    if (stored.kind() != Kind.COMMITTED || stored.sizeBytes().isEmpty()) {
      invalid.put(
          id,
          new InvalidLayer(
              id, layout.metadata(), Optional.of(directory), reason(stored), false, true));
      return;
    }
    Optional<ChainId> parent =
        agrees(record, stored, snapshots) ? parent(record, snapshots) : below;
    long sizeBytes = stored.sizeBytes().orElse(0);
    layers.put(
        id,
        parent.equals(below)
            ? new Layer(id, diffId, below, directory, sizeBytes, id)
            : Layer.of(id, diffId, parent, directory, sizeBytes));
  }

  private static String reason(Stored stored) {
    return stored.kind() == Kind.COMMITTED
        ? "its snapshot is committed without a size"
        : "its snapshot is of kind %s, expected committed"
            .formatted(stored.kind().name().toLowerCase(Locale.ROOT));
  }

  /// Whether both databases name the same parent. Where they do not, that is the problem, and not
  /// what would follow from either.
  private static boolean agrees(
      SnapshotRecord record, Stored stored, Map<String, SnapshotRecord> snapshots) {
    return record
        .parent()
        .map(parent -> Optional.ofNullable(snapshots.get(parent)).map(SnapshotRecord::name))
        .orElse(Optional.empty())
        .equals(stored.parent());
  }

  private static Optional<ChainId> parent(
      SnapshotRecord record, Map<String, SnapshotRecord> snapshots) {
    Optional<String> key = record.parent();
    for (int step = 0; step < MOST_STEPS && key.isPresent(); step++) {
      Optional<ChainId> chain = GcLabels.digest(key.get()).map(ChainId::new);
      if (chain.isPresent()) {
        return chain;
      }
      key = Optional.ofNullable(snapshots.get(key.get())).flatMap(SnapshotRecord::parent);
    }
    return Optional.empty();
  }
}
