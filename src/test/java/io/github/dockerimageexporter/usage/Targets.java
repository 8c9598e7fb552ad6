package io.github.dockerimageexporter.usage;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import java.nio.file.Path;
import java.util.List;

/// Places for tests that have no store.
public final class Targets {
  private Targets() {}

  /// A directory in a data root that is its parent.
  public static StorePath at(Path directory) {
    return new StorePath(directory.resolveSibling(""), directory, 1);
  }

  /// A file of an object in a data root that is the object's parent.
  public static TarSplitFile tarSplit(Path file, long stamp) {
    Path root = file.resolve("../..").normalize();
    return new TarSplitFile(root, root.relativize(file).toString(), stamp);
  }

  /// What is to be measured, sorted by path.
  public static PersistentMap<Path, MeasureTarget> of(MeasureTarget... targets) {
    return of(List.of(targets));
  }

  /// What is to be measured, sorted by path.
  public static PersistentMap<Path, MeasureTarget> of(List<MeasureTarget> targets) {
    return PersistentMap.of(
        KeyOrder.byName(Path::toString),
        targets.stream().collect(toMap(MeasureTarget::directory, identity())));
  }
}
