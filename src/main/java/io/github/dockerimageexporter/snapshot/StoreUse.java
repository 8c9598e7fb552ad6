package io.github.dockerimageexporter.snapshot;

/// Whether dockerd uses a store, as far as the files of its data root say.
public enum StoreUse {
  IN_USE,
  /// It is the store of an earlier configuration: dockerd neither reads nor changes it.
  LEFT_BEHIND,
  /// The files do not say.
  UNKNOWN
}
