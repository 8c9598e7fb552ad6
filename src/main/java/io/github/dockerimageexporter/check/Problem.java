package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import java.util.List;
import java.util.Optional;

/// Something in the store that contradicts something else in it.
///
/// A problem is data: it names the two things that disagree and carries both values. It is never
/// thrown; exceptions are for reads that fail. Two looks have found the same problem when the
/// records are equal, so none holds anything that changes by itself.
///
/// One cause is one problem: what follows from it is in [Finding#affectedImages]. What each kind
/// means to an operator is in [Explanation] and `docs/problems.md`.
public sealed interface Problem {

  /// Where to look, relative to the data root.
  String path();

  /// The image whose own record is at fault.
  default Optional<ImageId> image() {
    return Optional.empty();
  }

  /// The layers whose own records are at fault, the one to name first in front.
  default List<ChainId> layers() {
    return List.of();
  }

  default Kind kind() {
    return switch (this) {
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
      case ChainIdMismatch _ -> Kind.CHAIN_ID_MISMATCH;
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

  /// The configuration is not one.
  record ImageConfigInvalid(ImageId id, String path, String reason) implements OfImage {}

  /// The configuration is another than the one its name stands for.
  record ImageConfigDigestMismatch(ImageId id, String path, Digest actual) implements OfImage {}

  /// Images name a layer that the layer store does not have.
  record LayerMissing(ChainId layer, String path) implements OfLayer {}

  /// References name an image that the image store does not have.
  ///
  /// @param target the image, as the references write it
  record ReferenceDangling(String path, String target, List<String> references)
      implements Problem {}

  /// The list of references is not one.
  record ReferencesInvalid(String path, String reason) implements Problem {}

  /// A file of the layer's record is missing, malformed or unsafe.
  record LayerMetadataInvalid(ChainId layer, String path, String reason) implements OfLayer {}

  /// The layer's directory holds no file.
  record LayerEmpty(ChainId layer, String path) implements OfLayer {}

  /// Layers name a parent that the layer store does not have.
  ///
  /// @param layers those that name it
  record LayerParentMissing(ChainId parent, List<ChainId> layers, String path) implements Problem {}

  /// Layers are, at last, their own parents.
  record LayerParentCycle(List<ChainId> layers, String path) implements Problem {}

  /// The layer stands higher than Docker loads.
  record ChainTooDeep(ChainId layer, String path) implements OfLayer {}

  /// The configuration names more layers than Docker loads, and they are not there.
  record ImageTooDeep(ImageId id, String path, int layerCount) implements OfImage {}

  /// The graph driver has no directory with the layer's content.
  ///
  /// @param foreign whether something else stands in its place
  record LayerDirectoryMissing(ChainId layer, String path, boolean foreign) implements OfLayer {}

  /// The layer's name is not the chain ID that its parent and diff ID make.
  record ChainIdMismatch(ChainId layer, String path, ChainId implied) implements OfLayer {}

  /// Nothing uses the layer, nor those below it that are not used either.
  record LayerUnreferenced(ChainId layer, String path) implements OfLayer {}

  /// A layer was renamed to be removed, and then was not.
  record LayerRemovalLeftover(String path) implements Problem {}

  /// The registration of a layer was begun and never ended.
  record LayerTransactionLeftover(String path) implements Problem {}

  /// A directory of the graph driver belongs to nothing.
  record OrphanDirectory(String path) implements Problem {}

  /// A short name in the graph driver's `l` is no directory's.
  record OverlayLinkUnowned(String path) implements Problem {}

  /// The mount of a container that is gone.
  record MountUnowned(String path, String container) implements Problem {}

  /// What was noted of an image that is gone.
  record ImageMetadataOrphan(ImageId id, String path) implements OfImage {}

  /// What a pull, load or build kept while it lasted.
  record DownloadLeftover(String path) implements Problem {}

  /// A name that does not belong where it stands.
  record StrayEntry(String path) implements Problem {}
}
