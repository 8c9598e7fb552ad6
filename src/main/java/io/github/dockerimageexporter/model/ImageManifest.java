package io.github.dockerimageexporter.model;

import java.util.List;
import java.util.Optional;

/// One platform's content of an image: what its configuration says, and how much of it is here.
///
/// @param digest the manifest's own, in a store that keeps manifests
/// @param rootFs the layers, lowest first
/// @param complete whether everything that the manifest names is here
/// @param absentLayers the layers whose compressed copy is not here, lowest first
/// @param unpacked whether its layers are to be in the layer store: they are, or they were and
///     something still says so
public record ImageManifest(
    Optional<Digest> digest,
    Platform platform,
    RootFs rootFs,
    boolean complete,
    List<AbsentLayer> absentLayers,
    boolean unpacked) {
  public ImageManifest {
    absentLayers = List.copyOf(absentLayers);
  }

  /// The one of an image in a store that keeps layers only as they run.
  public ImageManifest(Platform platform, RootFs rootFs) {
    this(Optional.empty(), platform, rootFs, true, List.of(), true);
  }

  /// A layer of which only the manifest, and perhaps a record, is here.
  ///
  /// @param height its place in the chain, 1 for the lowest
  /// @param sizeBytes as the manifest says
  /// @param recorded whether it is recorded as here; else it was never fetched
  public record AbsentLayer(int height, Digest blob, long sizeBytes, boolean recorded) {}

  /// The place of an image of which no configuration is here, so that it has no platform either.
  public static ImageManifest unknown() {
    return new ImageManifest(
        Optional.empty(), new Platform("", "", ""), new RootFs(List.of()), false, List.of(), false);
  }

  /// Whether its configuration is here.
  public boolean hasConfig() {
    return !equals(unknown());
  }

  /// The layers that were never fetched, which is no damage: Docker skips what it has unpacked.
  public List<AbsentLayer> unfetchedLayers() {
    return absentLayers.stream().filter(layer -> !layer.recorded()).toList();
  }
}
