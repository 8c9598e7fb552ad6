package io.github.dockerimageexporter.exporter.metrics;

/// Which series of single layers and containers are exported.
///
/// @param layers the families of each layer
/// @param imageLayers which image contains which layer
/// @param containers the families of each container's writable layer
/// @param layerLimit how many layers get series at most, over all stores
public record CollectorOptions(
    boolean layers, boolean imageLayers, boolean containers, int layerLimit) {
  public static final CollectorOptions DEFAULT = new CollectorOptions(true, false, false, 10_000);

  public CollectorOptions {
    if (layerLimit < 0) {
      throw new IllegalArgumentException(
          "expected a layer limit of 0 or more, found " + layerLimit);
    }
  }
}
