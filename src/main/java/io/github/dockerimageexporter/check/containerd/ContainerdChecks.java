package io.github.dockerimageexporter.check.containerd;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.check.ContainerdProblem;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.WasteChecks;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Root;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The checks that only containerd's store needs.
public final class ContainerdChecks {
  private static final Set<Need> BLOBS = Set.of(Need.BLOBS, Need.IMAGES);
  private static final Set<Need> SNAPSHOTS = Set.of(Need.LAYER_LIST);

  /// By kind of waste, what must be seen to know that there is none.
  private static final Map<Kind, Set<Need>> WASTE =
      Map.of(
          Kind.ORPHAN_DIRECTORY, Set.of(Need.DIRECTORY_LIST, Need.LAYER_LIST),
          Kind.BLOB_ORPHAN, Set.of(Need.BLOBS, Need.IMAGE_LIST),
          Kind.MOUNT_UNOWNED, Set.of(Need.CONTAINERS, Need.IMAGE_LIST),
          Kind.DOWNLOAD_LEFTOVER, Set.of(Need.TEMPORARY, Need.IMAGE_LIST),
          Kind.STRAY_ENTRY,
              Set.of(
                  Need.DIRECTORY_LIST,
                  Need.LAYER_LIST,
                  Need.IMAGE_LIST,
                  Need.BLOBS,
                  Need.TEMPORARY,
                  Need.CONTAINER_LIST));

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
              BlobChecks::all),
          new Check<>(
              ContainerdSnapshot.class,
              Scope.OBJECT,
              Basis.CONTENT,
              Map.of(Kind.BLOB_DIGEST_MISMATCH, BLOBS),
              BlobChecks::changed,
              (store, context, _) -> BlobChecks.notHashed(store, context.evidence())),
          of(
              Scope.STORE,
              Map.of(Kind.DRIVER_DIRECTORY_EMPTY, Set.of(Need.BLOBS, Need.IMAGE_LIST)),
              (store, _) -> BlobChecks.emptyStore(store)),
          of(
              Scope.OBJECT,
              Map.of(Kind.LAYER_DIRECTORY_MISSING, Set.of(Need.LAYER_LIST, Need.DIRECTORY_LIST)),
              SnapshotChecks::directories),
          of(
              Scope.STORE,
              Map.of(Kind.REFERENCE_DANGLING, Set.of(Need.IMAGE_LIST)),
              (store, _) -> unnamedTargets(store)),
          of(
              Scope.OBJECT,
              Map.of(Kind.SNAPSHOT_RECORD_MISSING, SNAPSHOTS),
              SnapshotChecks::records),
          of(
              Scope.OBJECT,
              Map.of(Kind.SNAPSHOT_PARENT_MISMATCH, SNAPSHOTS),
              SnapshotChecks::parents),
          of(
              Scope.OBJECT,
              Map.of(
                  Kind.CONTAINER_MOUNT_MISSING,
                  Set.of(Need.CONTAINERS, Need.MOUNTS, Need.DIRECTORY_LIST)),
              (store, _) -> SnapshotChecks.containers(store)),
          of(
              Scope.OBJECT,
              Map.of(Kind.CONTAINER_LEASE_MISSING, Set.of(Need.CONTAINERS, Need.IMAGE_LIST)),
              (store, _) -> leases(store)),
          of(Scope.OBJECT, Map.of(Kind.GC_LABEL_MISSING, BLOBS), BlobChecks::labels),
          SnapshotSizes.CHECK,
          WasteChecks.of(ContainerdSnapshot.class, WASTE));

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

  /// Containers whose writable layer nothing keeps while they do not run: they have no lease, or
  /// one that does not name it. One that Docker is removing may have lost its lease already.
  private static Stream<Problem> leases(ContainerdSnapshot store) {
    if (!store.knows(StorePart.IMAGES)) {
      return Stream.empty();
    }
    if (store.containers().isEmpty()) {
      return Stream.empty();
    }
    Set<Node> roots = store.graph().roots().stream().map(Root::node).collect(toSet());
    return store.containers().stream()
        .filter(container -> !container.removing() && !isLeased(container.id(), store, roots))
        .map(
            container ->
                new ContainerdProblem.ContainerLeaseMissing(container.id(), store.layout().meta()));
  }

  private static boolean isLeased(String container, ContainerdSnapshot store, Set<Node> roots) {
    return store.leases().contains(container)
        && (roots.contains(new Node.Snapshot(container))
            || !store.snapshots().containsKey(container));
  }

  private static Check<ContainerdSnapshot> of(
      Scope scope, Map<Kind, Set<Need>> needs, Check.Finder<ContainerdSnapshot> finder) {
    return Check.of(ContainerdSnapshot.class, scope, Basis.RECORDS, needs, finder);
  }
}
