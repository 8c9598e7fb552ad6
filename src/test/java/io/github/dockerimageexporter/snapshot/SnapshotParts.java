package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.Leftover;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// What a snapshot says, part by part, as far as one who has followed the store from pass to pass
/// and one who sees it for the first time must agree: not since when something has lost its owner,
/// nor whether a file was too young to be trusted when it was read.
public final class SnapshotParts {
  private SnapshotParts() {}

  /// The parts of a snapshot, by name.
  public static Map<String, Object> of(StoreSnapshot snapshot) {
    var parts = new TreeMap<String, Object>();
    for (RecordComponent part : Objects.requireNonNull(snapshot.getClass().getRecordComponents())) {
      try {
        parts.put(part.getName(), Objects.requireNonNull(part.getAccessor().invoke(snapshot)));
      } catch (ReflectiveOperationException impossible) {
        throw new LinkageError("a record without its parts", impossible);
      }
    }
    parts.put(
        "tarSplits",
        snapshot.tarSplits().values().stream().map(record -> record.path().relative()).toList());
    parts.put("leftovers", snapshot.leftovers().stream().map(SnapshotParts::told).toList());
    return parts;
  }

  private static String told(Leftover leftover) {
    return "%s %s %s %s"
        .formatted(leftover.kind(), leftover.path(), leftover.began(), leftover.doubtful());
  }
}
