package io.github.dockerimageexporter.content.layer;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.persistent.InverseMap;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which layers something is of that was read, in each store; followed from scan to scan. For one
/// thread.
public final class LayerIndex {
  private final Map<String, Of> stores = new HashMap<>();

  /// That of one store.
  public Of of(StoreSnapshot store) {
    Of index = stores.computeIfAbsent(store.name(), _ -> new Of());
    index.follow(store);
    return index;
  }

  /// Forgets the stores of other names.
  public void retain(Set<String> names) {
    stores.keySet().retainAll(names);
  }

  /// The layers of one store.
  public static final class Of {
    private final InverseMap<ChainId, LayerDirectory, Path> byDirectory =
        new InverseMap<>(Keys.CHAINS, Keys.PATHS, directory -> List.of(directory.path()));
    private final InverseMap<ChainId, TarSplitFile, TarSplitFile> byRecord =
        new InverseMap<>(Keys.CHAINS, KeyOrder.byHash(), List::of);
    private Map<Path, List<ChainId>> inDirectory = Map.of();
    private Map<TarSplitFile, List<ChainId>> ofRecord = Map.of();

    private Of() {}

    private void follow(StoreSnapshot store) {
      inDirectory = byDirectory.of(store.layerDirectories());
      ofRecord = byRecord.of(store.tarSplits());
    }

    /// Those whose directory is at `directory`.
    public List<ChainId> in(Path directory) {
      return inDirectory.getOrDefault(directory, List.of());
    }

    /// Those that have that record.
    public List<ChainId> of(TarSplitFile record) {
      return ofRecord.getOrDefault(record, List.of());
    }
  }
}
