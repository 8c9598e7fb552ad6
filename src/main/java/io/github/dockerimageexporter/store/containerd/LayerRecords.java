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
import io.github.dockerimageexporter.store.containerd.StoreDatabases.Snapshots;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.KnownRecords;
import java.util.ArrayList;
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
/// @param snapshots what they come from
record LayerRecords(
    Map<ChainId, Layer> layers, Map<ChainId, InvalidLayer> invalid, Snapshots snapshots) {
  static final LayerRecords NONE = new LayerRecords(Map.of(), Map.of(), Snapshots.NONE);
  private static final int MOST_STEPS = 4;

  /// @param last those of the pass before: the layers that are the same are the very objects
  static LayerRecords of(
      Collection<Image> images, Snapshots snapshots, ContainerdLayout layout, LayerRecords last) {
    Map<ChainId, Layer> layers = HashMap.newHashMap(last.layers.size());
    var records = new LayerRecords(layers, new TreeMap<>(), snapshots);
    for (Image image : images) {
      image.chains().forEach(rootFs -> records.add(rootFs, layout, last));
    }
    return new LayerRecords(records.sorted(last), records.invalid, snapshots.ofNamespace());
  }

  /// The layers by their chain IDs, most of which are in the order of the pass before.
  private Map<ChainId, Layer> sorted(LayerRecords last) {
    var order = new ArrayList<Layer>(layers.size());
    for (ChainId id : last.layers.keySet()) {
      @Nullable Layer layer = layers.get(id);
      if (layer != null) {
        order.add(layer);
      }
    }
    if (order.size() < layers.size()) {
      layers.values().stream()
          .filter(layer -> !last.layers.containsKey(layer.chainId()))
          .forEach(order::add);
      order.sort(Comparator.comparing(Layer::chainId));
    }
    var sorted = LinkedHashMap.<ChainId, Layer>newLinkedHashMap(order.size());
    order.forEach(layer -> sorted.put(layer.chainId(), layer));
    return sorted;
  }

  private void add(RootFs rootFs, ContainerdLayout layout, LayerRecords last) {
    List<ChainId> chain = rootFs.chainIds();
    Optional<ChainId> below = Optional.empty();
    for (int i = 0; i < chain.size(); i++) {
      ChainId id = chain.get(i);
      @Nullable SnapshotRecord record = layers.containsKey(id) ? null : snapshots.layers().get(id);
      if (record != null) {
        DiffId diffId = rootFs.diffIds().get(i);
        @Nullable Layer known = last.known(id, record, below, snapshots);
        if (known != null && known.diffId().equals(diffId) && known.parent().equals(below)) {
          layers.put(id, known);
        } else {
          add(id, diffId, below, record, layout, known);
        }
      }
      below = Optional.of(id);
    }
  }

  /// The layer that was found in a snapshot, if that is as it was, and stands on the snapshot of
  /// the layer `below`, which is as it was too.
  @SuppressWarnings("ReferenceEquality") // A record that is the same is the same object.
  private @Nullable Layer known(
      ChainId id, SnapshotRecord record, Optional<ChainId> below, Snapshots now) {
    @Nullable SnapshotRecord base = record.parent().map(now.own()::get).orElse(null);
    boolean isSame =
        snapshots.layers().get(id) == record
            && base == record.parent().map(snapshots.own()::get).orElse(null)
            && base == below.map(now.layers()::get).orElse(null)
            && (base != null || (record.parent().isEmpty() && below.isEmpty()));
    return isSame ? layers.get(id) : null;
  }

  private void add(
      ChainId id,
      DiffId diffId,
      Optional<ChainId> below,
      SnapshotRecord record,
      ContainerdLayout layout,
      @Nullable Layer known) {
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
        agrees(record, stored, snapshots.own()) ? parent(record, snapshots.own()) : below;
    long sizeBytes = stored.sizeBytes().orElse(0);
    Layer layer =
        parent.equals(below)
            ? new Layer(id, diffId, below, directory, sizeBytes, id)
            : Layer.of(id, diffId, parent, directory, sizeBytes);
    layers.put(id, KnownRecords.same(known, layer));
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
