package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.GcLabels.SnapshotKey;
import io.github.dockerimageexporter.store.containerd.database.Namespace.SnapshotEntry;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which chains of layers are unpacked in a namespace, or should be. For one thread.
public final class UnpackedChains {
  private static final PersistentMap<String, SnapshotEntry> NONE =
      PersistentMap.empty(SnapshotRecord.KEYS);

  private final String snapshotter;
  private final Map<String, PersistentMap<String, SnapshotEntry>> snapshots;
  private final PersistentMap<String, SnapshotEntry> own;
  private final Set<Digest> run;

  /// Whether the snapshotter has a layer and all below it, of those asked for: a chain ID stands
  /// for them all.
  private final Map<ChainId, Boolean> whole = new HashMap<>();

  /// @param snapshotter the store's own
  /// @param snapshots the keys of every snapshotter
  /// @param run the manifests that containers of the snapshotter run
  public UnpackedChains(
      String snapshotter,
      Map<String, PersistentMap<String, SnapshotEntry>> snapshots,
      Set<Digest> run) {
    this.snapshotter = snapshotter;
    this.snapshots = snapshots;
    this.own = snapshots.getOrDefault(snapshotter, NONE);
    this.run = run;
  }

  /// Nothing at all.
  public static UnpackedChains none() {
    return new UnpackedChains("", Map.of(), Set.of());
  }

  /// The same for the next pass, to which [#changedSince] is all that matters.
  public UnpackedChains withoutAnswers() {
    return new UnpackedChains(snapshotter, snapshots, run);
  }

  /// What is unpacked now and was not, or was and is not, since `last`: the layers, and the
  /// manifests that containers run. What is neither is answered as then.
  public Set<Digest> changedSince(UnpackedChains last) {
    var changed = new HashSet<Digest>();
    var snapshotters = new HashSet<>(snapshots.keySet());
    snapshotters.addAll(last.snapshots.keySet());
    for (String each : snapshotters) {
      snapshots
          .getOrDefault(each, NONE)
          .changesSince(
              last.snapshots.getOrDefault(each, NONE),
              (key, before, now) -> {
                if (before == null || now == null) {
                  GcLabels.digest(key).ifPresent(changed::add);
                }
              });
    }
    run.stream().filter(manifest -> !last.run.contains(manifest)).forEach(changed::add);
    last.run.stream().filter(manifest -> !run.contains(manifest)).forEach(changed::add);
    return changed;
  }

  /// Whether some snapshotter has a layer.
  public boolean has(ChainId layer) {
    if (whole.getOrDefault(layer, false)) {
      return true;
    }
    String key = layer.toString();
    return snapshots.values().stream().anyMatch(keys -> keys.containsKey(key));
  }

  /// The top of a chain of which the snapshotter has all layers.
  public Optional<Node> top(List<ChainId> chain) {
    return !chain.isEmpty() && hasAll(chain)
        ? Optional.of(new Node.Snapshot(chain.getLast().toString()))
        : Optional.empty();
  }

  private boolean hasAll(List<ChainId> chain) {
    boolean all = true;
    for (ChainId layer : chain) {
      boolean below = all;
      all = whole.computeIfAbsent(layer, id -> below && own.containsKey(id.toString()));
    }
    return all;
  }

  /// Whether the snapshotter has all layers of a chain, or has had them: a label of the
  /// configuration says so, or a container.
  public boolean wasUnpacked(List<ChainId> chain, Digest manifest, Collection<SnapshotKey> labels) {
    return hasAll(chain)
        || isRun(manifest)
        || labels.stream().anyMatch(label -> label.snapshotter().equals(snapshotter));
  }

  /// Whether the snapshotter is to have all layers of a chain.
  ///
  /// A label alone does not say so if the top is not there. BuildKit's leases keep a configuration
  /// and not what its labels name: a build that makes the same image again finds the label, and may
  /// be killed before it has unpacked the layers. The engine unpacks them at need.
  public boolean isExpected(List<ChainId> chain, Digest manifest, Collection<SnapshotKey> labels) {
    return wasUnpacked(chain, manifest, labels)
        && (chain.isEmpty() || own.containsKey(chain.getLast().toString()) || isRun(manifest));
  }

  /// Whether a container runs a manifest.
  public boolean isRun(Digest manifest) {
    return run.contains(manifest);
  }
}
