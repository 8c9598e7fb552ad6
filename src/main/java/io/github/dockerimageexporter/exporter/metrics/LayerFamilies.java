package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.ObjectFamily.asDouble;

import io.github.dockerimageexporter.exporter.text.LabeledSample;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The families of single layers.
final class LayerFamilies {
  static final List<ObjectFamily<LayerFigures>> ALL =
      List.of(
          new ObjectFamily<>(
              "docker_layer_info",
              List.of("chain_id", "diff_id", "parent_chain_id", "cache_id"),
              "A layer as layerdb records it (diff, parent, cache-id; parent_chain_id is empty for"
                  + " a base layer); always 1.",
              LayerFamilies::info),
          figure(
              "docker_layer_size_bytes",
              "Size that Docker recorded for this layer alone (layerdb, size).",
              figures ->
                  figures.record().isPresent()
                      ? OptionalDouble.of((double) figures.record().get().sizeBytes())
                      : OptionalDouble.empty()),
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
              figures -> asDouble(figures.images())),
          figure(
              "docker_layer_depth",
              "Height of the layer in its chain (layerdb, parent), 1 = base. Absent if the chain"
                  + " below it is broken.",
              figures ->
                  figures.height().isPresent()
                      ? OptionalDouble.of(figures.height().getAsInt())
                      : OptionalDouble.empty()),
          figure(
              "docker_layer_chain_consistent",
              "1 if the layer and all layers below it are free of problems with impact unusable or"
                  + " wrong_data, 0 if not. Absent if none has such a problem but a record or"
                  + " directory of theirs could not be read.",
              LayerFamilies::consistent));

  /// Which image contains which layer: only on demand, since it grows with both.
  static final ObjectFamily<LayerFigures> MEMBERSHIP =
      new ObjectFamily<>(
          "docker_image_layer_info",
          List.of("image_id", "chain_id", "depth"),
          "A layer of the store, an image that contains it, and its height in the chain, 1 = base"
              + " (imagedb/content: rootfs.diff_ids); always 1.",
          LayerFamilies::memberships);

  private LayerFamilies() {}

  private static ObjectFamily<LayerFigures> figure(
      String name, String help, Function<LayerFigures, OptionalDouble> value) {
    return ObjectFamily.figure(name, help, "chain_id", LayerFigures::id, value);
  }

  private static ObjectFamily<LayerFigures> measured(
      String name, String help, ToLongFunction<DirectoryUsage> value) {
    return figure(
        name,
        help + " Measured in the background and cached; absent until measured.",
        figures ->
            figures.usage().isPresent()
                ? OptionalDouble.of((double) value.applyAsLong(figures.usage().get()))
                : OptionalDouble.empty());
  }

  private static void info(LayerFigures figures, Consumer<LabeledSample> sink) {
    if (figures.record().isPresent()) {
      Layer layer = figures.record().get();
      sink.accept(
          LabeledSample.info(
              figures.id(),
              layer.diffId(),
              layer.parent().isPresent() ? layer.parent().get() : "",
              layer.cacheId().value()));
    }
  }

  private static OptionalDouble consistent(LayerFigures figures) {
    @Nullable Boolean consistent = figures.consistency().orNull();
    return consistent == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(LabeledSample.flag(consistent));
  }

  private static void memberships(LayerFigures figures, Consumer<LabeledSample> sink) {
    for (LayerFigures.Member member : figures.members()) {
      sink.accept(LabeledSample.info(member.image(), figures.id(), member.height()));
    }
  }
}
