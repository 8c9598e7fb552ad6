package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// The families of single layers.
final class LayerFamilies {
  static final List<LayerFamily> ALL =
      List.of(
          new LayerFamily(
              "docker_layer_info",
              List.of("driver", "chain_id", "diff_id", "parent_chain_id", "cache_id"),
              "A layer as layerdb records it (diff, parent, cache-id; parent_chain_id is empty for"
                  + " a base layer); always 1.",
              LayerFamilies::infos),
          figure(
              "docker_layer_size_bytes",
              "Size that Docker recorded for this layer alone (layerdb, size).",
              (shown, layer) ->
                  Optional.ofNullable(shown.store().layers().get(layer))
                      .map(record -> (double) record.sizeBytes())),
          measured(
              "docker_layer_directory_size_bytes",
              "Apparent bytes (st_size, hard links once, directories not counted) of the layer's"
                  + " content, as Docker itself counts it.",
              DirectoryUsage::contentBytes),
          measured(
              "docker_layer_directory_disk_bytes",
              "Allocated bytes (st_blocks x 512, hard links once, directories included) of the"
                  + " layer's directory.",
              DirectoryUsage::diskBytes),
          measured(
              "docker_layer_directory_inodes",
              "Inodes in the layer's directory, including the directory itself.",
              DirectoryUsage::inodes),
          figure(
              "docker_layer_images",
              "Images whose chain contains the layer (imagedb/content: rootfs.diff_ids),"
                  + " including build intermediates. Absent while an image cannot be read.",
              LayerFamilies::images),
          figure(
              "docker_layer_depth",
              "Height of the layer in its chain (layerdb, parent), 1 = base. Absent if the chain"
                  + " below it is broken.",
              LayerFamilies::depth),
          figure(
              "docker_layer_chain_consistent",
              "1 if the layer and all layers below it are free of problems with impact unusable or"
                  + " wrong_data, 0 if not. Absent if none has such a problem but a record or"
                  + " directory of theirs could not be read.",
              LayerFamilies::consistent));

  /// Which image contains which layer: only on demand, since it grows with both.
  static final LayerFamily MEMBERSHIP =
      new LayerFamily(
          "docker_image_layer_info",
          List.of("driver", "image_id", "chain_id", "depth"),
          "A layer of the store, an image that contains it, and its height in the chain, 1 = base"
              + " (imagedb/content: rootfs.diff_ids); always 1.",
          LayerFamilies::memberships);

  private LayerFamilies() {}

  private static LayerFamily figure(
      String name, String help, BiFunction<ScrapedStore, ChainId, Optional<Double>> value) {
    return new LayerFamily(
        name,
        List.of("driver", "chain_id"),
        help,
        (shown, layer, sink) ->
            value
                .apply(shown, layer)
                .ifPresent(
                    v -> sink.accept(LabeledSample.of(v, shown.driver(), layer.toString()))));
  }

  private static LayerFamily measured(
      String name, String help, ToLongFunction<DirectoryUsage> value) {
    return figure(
        name,
        help + " Measured in the background and cached; absent until measured.",
        (shown, layer) -> shown.usageOf(layer).map(usage -> (double) value.applyAsLong(usage)));
  }

  private static void infos(ScrapedStore shown, ChainId id, Consumer<LabeledSample> sink) {
    Layer layer = shown.store().layers().get(id);
    if (layer != null) {
      sink.accept(info(shown, layer));
    }
  }

  private static LabeledSample info(ScrapedStore shown, Layer layer) {
    return LabeledSample.info(
        shown.driver(),
        layer.chainId().toString(),
        layer.diffId().toString(),
        layer.parent().map(ChainId::toString).orElse(""),
        layer.cacheId().value());
  }

  private static Optional<Double> images(ScrapedStore shown, ChainId layer) {
    OptionalLong images = shown.inventory().imagesOf(layer);
    return images.isPresent() ? Optional.of((double) images.getAsLong()) : Optional.empty();
  }

  private static Optional<Double> consistent(ScrapedStore shown, ChainId layer) {
    return Optional.ofNullable(shown.consistency().of(layer).orNull()).map(LabeledSample::flag);
  }

  private static Optional<Double> depth(ScrapedStore shown, ChainId layer) {
    var height = shown.graph().heightOf(layer);
    return height.isPresent() ? Optional.of((double) height.getAsInt()) : Optional.empty();
  }

  private static void memberships(ScrapedStore shown, ChainId layer, Consumer<LabeledSample> sink) {
    for (ImageId id : shown.graph().imagesOf(layer)) {
      String height = height(shown, id, layer);
      sink.accept(LabeledSample.info(shown.driver(), id.toString(), layer.toString(), height));
    }
  }

  /// Where `layer` stands in the chain of the image, whatever the layer store says of it.
  private static String height(ScrapedStore shown, ImageId id, ChainId layer) {
    Image image = shown.store().images().get(id);
    return image == null ? "" : Integer.toString(image.rootFs().chainIds().indexOf(layer) + 1);
  }
}
