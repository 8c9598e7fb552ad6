package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Something in the store that contradicts something else in it.
///
/// A problem is data: it names the two things that disagree and carries both values. It is never
/// thrown; exceptions are for reads that fail. Two scans have found the same problem when the
/// records are equal, so none holds anything that changes by itself.
///
/// One cause is one problem: what follows from it is in [Finding], what it means in [Explanation].
public sealed interface Problem {
  /// Where to look, relative to the data root.
  String path();

  /// The image whose own record is at fault.
  default Optional<ImageId> image() {
    return Optional.empty();
  }

  /// The images whose own records are at fault, that of [#image] in front.
  default List<ImageId> images() {
    return image().stream().toList();
  }

  /// The layers whose own records are at fault, the one to name first in front.
  default List<ChainId> layers() {
    return List.of();
  }

  /// The layers of `store` that it touches itself, without those above them.
  default Collection<ChainId> layersIn(StoreSnapshot store) {
    return layers();
  }

  /// Whether it stops Docker, or makes commands fail for the whole host.
  default boolean stopsHost() {
    return this instanceof OfHost;
  }

  /// The images of `store` that it touches itself, without those of its layers.
  default Collection<ImageId> imagesIn(StoreSnapshot store) {
    return images();
  }

  default Kind kind() {
    return switch (this) {
      case OfContainerd problem -> problem.kind();
      case ContentProblem problem -> problem.kind();
      case ImageConfigInvalid _ -> Kind.IMAGE_CONFIG_INVALID;
      case ImageConfigDigestMismatch _ -> Kind.IMAGE_CONFIG_DIGEST_MISMATCH;
      case LayerMissing _ -> Kind.LAYER_MISSING;
      case ReferenceDangling _ -> Kind.REFERENCE_DANGLING;
      case ReferencesInvalid _ -> Kind.REFERENCES_INVALID;
      case LayerMetadataInvalid _ -> Kind.LAYER_METADATA_INVALID;
      case LayerEmpty _ -> Kind.LAYER_EMPTY;
      case LayerParentMissing _ -> Kind.LAYER_PARENT_MISSING;
      case LayerParentCycle _ -> Kind.LAYER_PARENT_CYCLE;
      case ChainTooDeep _, ImageTooDeep _ -> Kind.CHAIN_TOO_DEEP;
      case LayerDirectoryMissing _ -> Kind.LAYER_DIRECTORY_MISSING;
      case DriverDirectoryEmpty _ -> Kind.DRIVER_DIRECTORY_EMPTY;
      case OverlayLinkInvalid _ -> Kind.OVERLAY_LINK_INVALID;
      case OverlayLinkDangling _ -> Kind.OVERLAY_LINK_DANGLING;
      case OverlayLowerMismatch _ -> Kind.OVERLAY_LOWER_MISMATCH;
      case MountInvalid _ -> Kind.MOUNT_INVALID;
      case ContainerMountMissing _ -> Kind.CONTAINER_MOUNT_MISSING;
      case ChainIdMismatch _ -> Kind.CHAIN_ID_MISMATCH;
      case CacheIdConflict _ -> Kind.CACHE_ID_CONFLICT;
      case LayerSizeMismatch _ -> Kind.LAYER_SIZE_MISMATCH;
      case TarSplitInvalid _ -> Kind.TAR_SPLIT_INVALID;
      case ContainerConfigInvalid _ -> Kind.CONTAINER_CONFIG_INVALID;
      case ImageParentDangling _ -> Kind.IMAGE_PARENT_DANGLING;
      case LayerUnreferenced _ -> Kind.LAYER_UNREFERENCED;
      case LayerRemovalLeftover _ -> Kind.LAYER_REMOVAL_LEFTOVER;
      case LayerTransactionLeftover _ -> Kind.LAYER_TRANSACTION_LEFTOVER;
      case OrphanDirectory _ -> Kind.ORPHAN_DIRECTORY;
      case OverlayLinkUnowned _ -> Kind.OVERLAY_LINK_UNOWNED;
      case MountUnowned _ -> Kind.MOUNT_UNOWNED;
      case ImageMetadataOrphan _ -> Kind.IMAGE_METADATA_ORPHAN;
      case DownloadLeftover _ -> Kind.DOWNLOAD_LEFTOVER;
      case StrayEntry _ -> Kind.STRAY_ENTRY;
    };
  }

  /// What it does to whoever uses what has it.
  default Impact impact() {
    return kind().impact();
  }

  /// A problem of containerd's store.
  sealed interface OfContainerd extends Problem permits ContainerdProblem {}

  /// A problem that stops Docker, or makes commands fail for the whole host.
  sealed interface OfHost extends Problem {}

  /// A problem of what is in a layer's directory.
  sealed interface OfContent extends Problem permits ContentProblem {}

  /// A problem of one image's record.
  sealed interface OfImage extends Problem {
    ImageId id();

    @Override
    default Optional<ImageId> image() {
      return Optional.of(id());
    }
  }

  /// A problem of one layer's record.
  sealed interface OfLayer extends Problem {
    ChainId layer();

    @Override
    default List<ChainId> layers() {
      return List.of(layer());
    }
  }

  /// Something that was left behind, or never belonged where it stands.
  sealed interface OfLeftover extends Problem {}

  /// The configuration is not one.
  record ImageConfigInvalid(ImageId id, String path, String reason) implements OfImage {}

  /// The configuration is another than the one its name stands for.
  record ImageConfigDigestMismatch(ImageId id, String path, Digest actual) implements OfImage {}

  /// Images name a layer that the layer store does not have.
  ///
  /// @param restorable whether Docker makes it again when it needs it
  record LayerMissing(ChainId layer, String path, boolean restorable) implements OfLayer {
    public LayerMissing(ChainId layer, String path) {
      this(layer, path, false);
    }

    @Override
    public Impact impact() {
      return restorable ? Impact.WRONG_DATA : Impact.UNUSABLE;
    }
  }

  /// References name an image, as they write it in `target`, that the image store does not have.
  record ReferenceDangling(String path, String target, List<String> references)
      implements Problem {}

  /// The list of references is not one, for which Docker does not start, or lists no image.
  record ReferencesInvalid(String path, String reason, boolean stopsHost) implements Problem {}

  /// A file of the layer's record is missing, malformed or unsafe.
  ///
  /// @param usable whether Docker uses the layer all the same
  record LayerMetadataInvalid(ChainId layer, String path, String reason, boolean usable)
      implements OfLayer {
    public LayerMetadataInvalid(ChainId layer, String path, String reason) {
      this(layer, path, reason, false);
    }

    @Override
    public Impact impact() {
      return usable ? Impact.WRONG_DATA : Impact.UNUSABLE;
    }
  }

  /// The layer's directory holds no file.
  record LayerEmpty(ChainId layer, String path) implements OfLayer {}

  /// Layers name a parent that the layer store does not have.
  ///
  /// @param layers those that name it
  record LayerParentMissing(ChainId parent, List<ChainId> layers, String path) implements Problem {}

  /// Layers are, at last, their own parents.
  record LayerParentCycle(List<ChainId> layers, String path) implements OfHost {}

  /// The layer stands higher than Docker loads.
  ///
  /// @param most the layers that it loads
  record ChainTooDeep(ChainId layer, String path, int most) implements OfLayer {}

  /// The configuration names more layers than Docker loads, and they are not there.
  ///
  /// @param most the layers that it loads
  record ImageTooDeep(ImageId id, String path, int layerCount, int most) implements OfImage {}

  /// There is no directory with the layer's content.
  ///
  /// @param foreign whether something else stands in its place
  record LayerDirectoryMissing(ChainId layer, String path, boolean foreign) implements OfLayer {}

  /// There is no directory with content at all, though layers are recorded. It names no layer,
  /// since it stays the same problem while their list changes; all of them are behind it.
  record DriverDirectoryEmpty(String path) implements OfHost {
    @Override
    public Collection<ChainId> layersIn(StoreSnapshot store) {
      return store.layers().keySet();
    }
  }

  /// The short name of a directory of the overlay driver is not one.
  ///
  /// @param owner the layer or mount whose directory it is, in words
  /// @param layers that layer, if it is one
  /// @param found what is written there; empty if nothing is
  record OverlayLinkInvalid(String owner, List<ChainId> layers, String path, Optional<String> found)
      implements Problem {}

  /// The short name of a directory of the overlay driver does not lead to its content.
  ///
  /// @param found where it leads; empty if there is no such symbolic link
  record OverlayLinkDangling(
      String owner, List<ChainId> layers, String path, Optional<String> found, String expected)
      implements Problem {}

  /// A directory of the overlay driver names another stack than the one it should stand on.
  ///
  /// @param below the directory it should stand on; empty if on none
  record OverlayLowerMismatch(
      String owner, List<ChainId> layers, String path, Optional<CacheId> below)
      implements Problem {}

  /// A file of a mount's record is missing or malformed, or names what is not there.
  record MountInvalid(List<String> mounts, String path, String reason) implements Problem {}

  /// A container has no mount. Docker does not start it, and may fail to add up the sizes of all.
  record ContainerMountMissing(String container, String path, boolean stopsHost)
      implements Problem {}

  /// The layer's name is not the chain ID that its parent and diff ID make.
  record ChainIdMismatch(ChainId layer, String path, ChainId implied) implements OfLayer {}

  /// Layers name one directory.
  ///
  /// @param runs whether Docker runs images that have them
  record CacheIdConflict(CacheId cacheId, List<ChainId> layers, String path, boolean runs)
      implements Problem {
    @Override
    public Impact impact() {
      return runs ? Impact.WRONG_DATA : Impact.UNUSABLE;
    }
  }

  /// The recorded size is none that Docker would have computed.
  ///
  /// @param measuredBytes the lengths of all files in the layer's directory
  /// @param tarSplitBytes the lengths that the layer's tar-split record has
  record LayerSizeMismatch(
      ChainId layer, String path, long recordedBytes, long measuredBytes, long tarSplitBytes)
      implements OfLayer {}

  /// The record from which Docker restores the layer's tar is missing or not one.
  record TarSplitInvalid(ChainId layer, String path, String reason) implements OfLayer {}

  /// Docker forgets a container for what it finds of its configuration, and keeps its mount.
  record ContainerConfigInvalid(String container, String path, String reason) implements Problem {}

  /// Images are noted to be built on one that the image store does not have.
  ///
  /// @param images those that name it
  record ImageParentDangling(ImageId parent, List<ImageId> images, String path) implements Problem {
    @Override
    public Optional<ImageId> image() {
      return Optional.of(images.getFirst());
    }
  }

  /// Nothing uses the layer, nor those below it that are not used either.
  record LayerUnreferenced(ChainId layer, String path) implements OfLayer {}

  /// A layer was renamed to be removed, and then was not.
  record LayerRemovalLeftover(String path) implements OfLeftover {}

  /// The registration of a layer was begun and never ended.
  record LayerTransactionLeftover(String path) implements OfLeftover {}

  /// A directory of the graph driver belongs to nothing.
  record OrphanDirectory(String path) implements OfLeftover {}

  /// A short name in the graph driver's `l` is no directory's.
  record OverlayLinkUnowned(String path) implements OfLeftover {}

  /// The mount of a container that is gone.
  record MountUnowned(String path, String container) implements OfLeftover {}

  /// What was noted of an image that is gone.
  record ImageMetadataOrphan(ImageId id, String path) implements OfImage {}

  /// What a pull, load or build kept while it lasted.
  record DownloadLeftover(String path) implements OfLeftover {}

  /// A name that does not belong where it stands.
  record StrayEntry(String path) implements OfLeftover {}
}
