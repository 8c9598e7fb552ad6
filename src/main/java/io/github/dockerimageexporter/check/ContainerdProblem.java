package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// A problem that only containerd's store can have, or that stands there in another record.
public sealed interface ContainerdProblem extends Problem.OfContainerd {

  /// A problem of a blob that images name.
  sealed interface OfBlob extends ContainerdProblem {
    Digest blob();

    /// What the blob is to the images.
    String role();

    @Override
    List<ImageId> images();

    /// Whether Docker cannot list any image of the host for it.
    default boolean stopsListing() {
      return false;
    }

    @Override
    default boolean stopsHost() {
      return stopsListing();
    }

    @Override
    default Optional<ImageId> image() {
      return images().stream().findFirst();
    }
  }

  /// The content of a blob is not there, or has no record any more.
  ///
  /// @param recorded whether it has a record; else its file is there, or its label
  /// @param stopsListing whether Docker cannot list any image of the host without it
  /// @param runs whether containers run without it
  record BlobMissing(
      Digest blob,
      String role,
      List<ImageId> images,
      String path,
      boolean recorded,
      boolean stopsListing,
      boolean runs)
      implements OfBlob {
    @Override
    public Impact impact() {
      return runs ? Impact.WRONG_DATA : Impact.UNUSABLE;
    }
  }

  /// A blob is longer or shorter than it should be.
  ///
  /// @param stopsListing whether Docker cannot list any image of the host for it
  /// @param runs whether containers run without it
  record BlobSizeMismatch(
      Digest blob,
      String role,
      List<ImageId> images,
      String path,
      long foundBytes,
      long expectedBytes,
      boolean stopsListing,
      boolean runs)
      implements OfBlob {
    @Override
    public Impact impact() {
      return runs ? Impact.WRONG_DATA : Impact.UNUSABLE;
    }
  }

  /// A blob is another than the one its name stands for.
  ///
  /// @param stopsListing whether Docker cannot list any image of the host for it
  /// @param depth that of a scrub for a layer's blob, which no scan reads
  record BlobDigestMismatch(
      Digest blob,
      String role,
      List<ImageId> images,
      String path,
      Digest actual,
      boolean stopsListing,
      Optional<Depth> depth)
      implements OfBlob {}

  /// An index or manifest is not one.
  ///
  /// @param intact whether the content is what its name says, so that no other copy is better
  /// @param stopsListing whether Docker cannot list any image of the host for it
  record ManifestInvalid(
      Digest blob,
      String role,
      List<ImageId> images,
      String path,
      String reason,
      boolean intact,
      boolean stopsListing)
      implements OfBlob {}

  /// The configuration of images is not one.
  record ConfigBlobInvalid(
      Digest blob, String role, List<ImageId> images, String path, String reason)
      implements OfBlob {}

  /// The configuration of images is another than the one its name stands for.
  record ConfigBlobChanged(
      Digest blob, String role, List<ImageId> images, String path, Digest actual)
      implements OfBlob {}

  /// The snapshotter does not know a snapshot that containerd has a record of.
  ///
  /// @param layers the layer that it is, if it is one
  record SnapshotRecordMissing(String key, List<ChainId> layers, String path)
      implements ContainerdProblem {}

  /// The two databases disagree on what a snapshot stands on, or that is not there.
  ///
  /// @param recorded its parent in `meta.db`, by the snapshotter's name where that has one
  /// @param stored its parent in the snapshotter's database
  record SnapshotParentMismatch(
      String key,
      List<ChainId> layers,
      String path,
      Optional<String> recorded,
      Optional<String> stored)
      implements ContainerdProblem {}

  /// A database is not one, or is gone or a new one while there is what it recorded.
  record StoreDatabaseInvalid(String path, String reason) implements ContainerdProblem {
    @Override
    public boolean stopsHost() {
      return true;
    }
  }

  /// What images need is kept neither by a label of what names it nor by anything else.
  ///
  /// @param unprotected what the blob should keep, sorted
  record GcLabelMissing(
      Digest blob, String role, List<ImageId> images, String path, List<String> unprotected)
      implements OfBlob {
    public GcLabelMissing {
      unprotected = List.copyOf(unprotected);
    }
  }

  /// The content store has no blob at all, though many are recorded. It names none, since it stays
  /// the same problem while their list changes; all images are behind it.
  record ContentStoreEmpty(String path) implements ContainerdProblem {
    @Override
    public boolean stopsHost() {
      return true;
    }

    @Override
    public Collection<ImageId> imagesIn(StoreSnapshot store) {
      return store.images().keySet();
    }
  }

  /// There is no directory with the content of a snapshot that is not named by its chain.
  ///
  /// @param layers those that stand on it
  record SnapshotDirectoryMissing(String key, List<ChainId> layers, String path)
      implements ContainerdProblem {}

  /// The directory of a layer takes something else than was recorded when it was unpacked.
  record SnapshotSizeMismatch(ChainId layer, String path, long recordedBytes, long measuredBytes)
      implements ContainerdProblem {
    @Override
    public List<ChainId> layers() {
      return List.of(layer);
    }
  }

  /// Nothing keeps the writable layer of a container.
  record ContainerLeaseMissing(String container, String path) implements ContainerdProblem {}

  /// No namespace has a record of a blob.
  record BlobOrphan(String path) implements ContainerdProblem {}

  @Override
  default Kind kind() {
    return switch (this) {
      case BlobMissing _ -> Kind.BLOB_MISSING;
      case BlobSizeMismatch _ -> Kind.BLOB_SIZE_MISMATCH;
      case BlobDigestMismatch _ -> Kind.BLOB_DIGEST_MISMATCH;
      case ManifestInvalid _ -> Kind.MANIFEST_INVALID;
      case ConfigBlobInvalid _ -> Kind.IMAGE_CONFIG_INVALID;
      case ConfigBlobChanged _ -> Kind.IMAGE_CONFIG_DIGEST_MISMATCH;
      case SnapshotRecordMissing _ -> Kind.SNAPSHOT_RECORD_MISSING;
      case SnapshotParentMismatch _ -> Kind.SNAPSHOT_PARENT_MISMATCH;
      case StoreDatabaseInvalid _ -> Kind.STORE_DATABASE_INVALID;
      case ContentStoreEmpty _ -> Kind.DRIVER_DIRECTORY_EMPTY;
      case SnapshotDirectoryMissing _ -> Kind.LAYER_DIRECTORY_MISSING;
      case SnapshotSizeMismatch _ -> Kind.LAYER_SIZE_MISMATCH;
      case GcLabelMissing _ -> Kind.GC_LABEL_MISSING;
      case ContainerLeaseMissing _ -> Kind.CONTAINER_LEASE_MISSING;
      case BlobOrphan _ -> Kind.BLOB_ORPHAN;
    };
  }

  /// One line for a person: the subject, what was found, what was expected.
  static String sentence(ContainerdProblem problem) {
    return switch (problem) {
      case OfBlob ofBlob -> sentence(ofBlob);
      case SnapshotRecordMissing(var key, _, _) ->
          "snapshot %s: recorded in meta.db, but not by its snapshotter".formatted(key);
      case SnapshotParentMismatch(var key, _, _, var recorded, var stored) ->
          "snapshot %s: its parent is %s in meta.db and %s in the snapshotter's database"
              .formatted(key, recorded.orElse("none"), stored.orElse("none"));
      case StoreDatabaseInvalid(var path, var reason) ->
          "%s: its records are lost: %s".formatted(path, reason);
      case ContentStoreEmpty(var path) ->
          "%s: empty, but containerd records blobs; expected their content. Either a disk is not"
                  .formatted(path)
              + " mounted here, or the directory was wiped; docker images and docker system df fail"
              + " for the whole host";
      case SnapshotDirectoryMissing(var key, _, var path) ->
          "snapshot %s: its content %s does not exist".formatted(key, path);
      case SnapshotSizeMismatch(var layer, _, long recorded, long measured) ->
          "layer %s: %d bytes recorded, but its directory takes %d"
              .formatted(layer, recorded, measured);
      case ContainerLeaseMissing(var container, _) ->
          "container %s: no lease protects its writable layer from containerd's garbage collection"
              .formatted(container);
      case BlobOrphan _ -> "not recorded in any namespace of containerd";
    };
  }

  private static String sentence(OfBlob problem) {
    String fault = fault(problem);
    return problem.stopsListing()
        ? fault + "; docker images and docker system df can fail for the whole host"
        : fault;
  }

  private static String fault(OfBlob problem) {
    return switch (problem) {
      case BlobMissing missing ->
          "%s %s: %s"
              .formatted(
                  missing.role(),
                  missing.blob(),
                  missing.recorded()
                      ? "recorded, but its content is missing"
                      : "images need it, but containerd has no record of it");
      case BlobSizeMismatch(var blob, var role, _, _, long found, long expected, _, _) ->
          "%s %s: %d bytes, expected %d".formatted(role, blob, found, expected);
      case BlobDigestMismatch(var blob, var role, _, _, var actual, _, _) ->
          "%s %s: its content has the digest %s".formatted(role, blob, actual);
      case ManifestInvalid(var blob, var role, _, _, var reason, _, _) ->
          "%s %s: invalid: %s".formatted(role, blob, reason);
      case ConfigBlobInvalid(var blob, _, var images, _, var reason) ->
          "image %s: invalid configuration %s: %s".formatted(images.getFirst(), blob, reason);
      case ConfigBlobChanged(var blob, _, var images, _, var actual) ->
          "image %s: its configuration %s has the digest %s"
              .formatted(images.getFirst(), blob, actual);
      case GcLabelMissing(var blob, var role, _, _, var unprotected) ->
          "%s %s: no label protects %s from containerd's garbage collection"
              .formatted(role, blob, listed(unprotected));
    };
  }

  /// The first of several things, and how many more there are.
  private static String listed(List<String> things) {
    return things.size() == 1
        ? things.getFirst()
        : "%s and %d more".formatted(things.getFirst(), things.size() - 1);
  }
}
