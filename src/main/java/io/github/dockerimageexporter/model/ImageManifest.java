package io.github.dockerimageexporter.model;

import java.util.Optional;

/// One platform's content of an image: what its configuration says, and how much of it is here.
///
/// @param digest the manifest's own, in a store that keeps manifests
/// @param rootFs the layers, lowest first
/// @param complete whether everything that the manifest names is here
/// @param unpacked whether its layers are to be in the layer store: they are, or they were and
///     something still says so
public record ImageManifest(
    Optional<Digest> digest, Platform platform, RootFs rootFs, boolean complete, boolean unpacked) {

  /// The one of an image in a store that keeps layers only as they run.
  public ImageManifest(Platform platform, RootFs rootFs) {
    this(Optional.empty(), platform, rootFs, true, true);
  }
}
