package io.github.dockerimageexporter.exporter.metrics;

/// Which series of single layers are exported.
///
/// @param layers the families of each layer
/// @param imageLayers which image contains which layer
/// @param layerLimit how many layers get series at most, over all stores
public record LayerOptions(boolean layers, boolean imageLayers, int layerLimit) {
  public static final LayerOptions DEFAULT = new LayerOptions(true, false, 10_000);

  public LayerOptions {
    if (layerLimit < 0) {
      throw new IllegalArgumentException(
          "expected a layer limit of 0 or more, found " + layerLimit);
    }
  }
}
