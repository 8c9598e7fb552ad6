package io.github.dockerimageexporter.check.containerd;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The checks that only containerd's store needs.
public final class ContainerdChecks {
  private static final Set<Need> BLOBS = Set.of(Need.BLOBS, Need.IMAGES);
  private static final Set<Need> SNAPSHOTS = Set.of(Need.LAYER_LIST);

  public static final List<Check<ContainerdSnapshot>> ALL =
      List.of(
          of(
              Scope.STORE,
              Map.of(Kind.STORE_DATABASE_INVALID, Set.of(Need.BLOBS, Need.LAYER_LIST)),
              (store, _) -> SnapshotChecks.databases(store)),
          of(
              Scope.OBJECT,
              Map.of(
                  Kind.BLOB_MISSING, BLOBS,
                  Kind.BLOB_SIZE_MISMATCH, BLOBS,
                  Kind.BLOB_DIGEST_MISMATCH, BLOBS,
                  Kind.MANIFEST_INVALID, BLOBS,
                  Kind.IMAGE_CONFIG_INVALID, BLOBS,
                  Kind.IMAGE_CONFIG_DIGEST_MISMATCH, BLOBS),
              (store, _) -> BlobChecks.all(store)),
          of(
              Scope.STORE,
              Map.of(Kind.REFERENCE_DANGLING, Set.of(Need.IMAGE_LIST)),
              (store, _) -> unnamedTargets(store)),
          of(
              Scope.OBJECT,
              Map.of(Kind.SNAPSHOT_RECORD_MISSING, SNAPSHOTS),
              (store, _) -> SnapshotChecks.records(store)),
          of(
              Scope.OBJECT,
              Map.of(Kind.SNAPSHOT_PARENT_MISMATCH, SNAPSHOTS),
              SnapshotChecks::parents),
          of(
              Scope.OBJECT,
              Map.of(
                  Kind.CONTAINER_MOUNT_MISSING,
                  Set.of(Need.CONTAINERS, Need.MOUNTS, Need.DIRECTORY_LIST)),
              (store, _) -> SnapshotChecks.containers(store)));

  private ContainerdChecks() {}

  /// Images without a name whose target has no record.
  private static Stream<Problem> unnamedTargets(ContainerdSnapshot store) {
    return store.unnamedTargets().stream()
        .map(
            target ->
                new Problem.ReferenceDangling(
                    store.layout().references(),
                    target.toString(),
                    List.of("moby-dangling@" + target)));
  }

  private static Check<ContainerdSnapshot> of(
      Scope scope, Map<Kind, Set<Need>> needs, Check.Finder<ContainerdSnapshot> finder) {
    return Check.of(ContainerdSnapshot.class, scope, Basis.RECORDS, needs, finder);
  }
}
