package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;

/// Where a store keeps its records, relative to the data root: what messages and problems name. A
/// store that keeps several records in one file has the same path for all of them.
public interface RecordPaths {

  /// Whether they are a dockerd's, and not of Kubernetes or another user of containerd.
  default boolean isDockers() {
    return true;
  }

  /// The names of images.
  String references();

  String imageConfig(ImageId id);

  /// What says which image `id` was built or committed on.
  String imageParent(ImageId id);

  String layer(ChainId id);

  /// What says which layer `id` stands on.
  String layerParent(ChainId id);

  /// What says which directory holds the content of `id`.
  String layerDirectoryName(ChainId id);

  /// The directory below which are all that hold content: [StoreSnapshot#directories].
  String directories();
}
