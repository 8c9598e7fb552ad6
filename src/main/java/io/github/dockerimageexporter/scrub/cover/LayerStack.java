package io.github.dockerimageexporter.scrub.cover;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The layers of a chain, one on the other, and what each hides of those below it.
///
/// When chains that begin alike come one after the other, each record is read once. It takes 9 MiB
/// at most for the files of the chain, and 8 MiB for the paths of the layer that is read; a chain
/// that needs more is not known. Used by one thread.
public final class LayerStack {
  /// How many files with content, and directories with such, a chain may have.
  private static final int MAX_ENTRIES = 1 << 18;

  private final Records records;
  private final int maxEntries;
  private final PathTable paths;
  private final List<Floor> floors = new ArrayList<>();

  /// Tells of each entry of a record; whether it is one.
  @FunctionalInterface
  public interface Records {
    boolean read(LayerRecord record, EntryVisitor visitor) throws IOException;
  }

  private record Floor(ChainLayer layer, FileList files, LayerCover cover) {
    /// Whether it is known what is seen from above.
    boolean isKnown() {
      return cover.isKnown() && files.isWhole();
    }
  }

  public LayerStack(Records records) {
    this(records, MAX_ENTRIES, new PathTable());
  }

  LayerStack(Records records, int maxEntries, PathTable paths) {
    this.records = records;
    this.maxEntries = maxEntries;
    this.paths = paths;
  }

  /// What `top` hides of the layers that it stands on; unknown if the record of one of them is
  /// none.
  ///
  /// @throws IOException if a record cannot be read now
  public LayerCover cover(ChainLayer top) throws IOException {
    List<ChainLayer> chain = top.chain();
    leave(common(chain));
    try {
      for (ChainLayer layer : chain.subList(floors.size(), chain.size())) {
        if (!isKnown()) {
          return LayerCover.UNKNOWN;
        }
        floors.add(floor(layer));
      }
      return floors.getLast().cover();
    } finally {
      paths.release();
    }
  }

  /// Gives back the memory.
  public void clear() {
    floors.clear();
  }

  private boolean isKnown() {
    return floors.isEmpty() || floors.getLast().isKnown();
  }

  /// How many of its layers are those of the chain.
  private int common(List<ChainLayer> chain) {
    int common = 0;
    while (common < floors.size()
        && common < chain.size()
        && floors.get(common).layer().equals(chain.get(common))) {
      common++;
    }
    return common;
  }

  private void leave(int height) {
    if (height < floors.size()) {
      floors.subList(height, floors.size()).clear();
      floors.forEach(floor -> floor.files().showAbove(height));
    }
  }

  private Floor floor(ChainLayer layer) throws IOException {
    var covering = new CoveringPaths(paths);
    int taken = floors.stream().mapToInt(floor -> floor.files().size()).sum();
    var files = new FileList(maxEntries - taken);
    boolean isRecord =
        records.read(
            layer.record(),
            (entry, _) -> {
              if (entry.type() != TarEntry.Type.GLOBAL_HEADER) {
                String path = TarPath.clean(entry.path());
                files.add(path, entry);
                if (!floors.isEmpty()) {
                  covering.add(path, entry);
                }
              }
            });
    boolean isKnown = isRecord && covering.isWhole();
    return new Floor(layer, files, isKnown ? cover(covering) : LayerCover.UNKNOWN);
  }

  private LayerCover cover(CoveringPaths covering) {
    Map<ChainId, Long> hidden = new HashMap<>();
    short height = (short) (floors.size() + 1);
    for (Floor floor : floors) {
      long bytes = floor.files().hide(covering, height);
      if (bytes > 0) {
        hidden.put(floor.layer().id(), bytes);
      }
    }
    return new LayerCover(true, hidden);
  }
}
