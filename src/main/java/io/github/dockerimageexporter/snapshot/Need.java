package io.github.dockerimageexporter.snapshot;

/// What a check, a count or a sum needs to see of a store, so that it is the whole truth: a list to
/// its end, or all that is in it as well. What is damaged was seen.
///
/// Each kind of store says which of them are unmet in it ([StoreSnapshot#unmet]); what a kind of
/// store does not have is never unmet there.
public enum Need {
  /// The record of the images' names.
  REFERENCES,
  /// Every name in it: its record was understood as well.
  REFERENCE_NAMES,
  IMAGE_LIST,
  IMAGES,
  /// What Docker noted of images beside their configuration.
  METADATA,
  LAYER_LIST,
  LAYERS,
  /// Layers whose removal has begun.
  REMOVALS,
  TAR_SPLITS,
  /// Layers that are being registered.
  TRANSACTIONS,
  MOUNT_LIST,
  MOUNTS,
  CONTAINER_LIST,
  CONTAINERS,
  BUILD_CACHE,
  DIRECTORY_LIST,
  DIRECTORIES,
  /// The compressed content of images.
  BLOBS,
  /// What pulls, loads and builds keep while they last.
  TEMPORARY
}
