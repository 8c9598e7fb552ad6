package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.exporter.text.LabeledSample;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// The families of single containers: on demand, since every container brings new series.
final class ContainerFamilies {
  static final List<MetricFamily<ScrapedStore>> ALL =
      List.of(
          MetricFamily.gauge(
              "docker_container_info",
              List.of("driver", "container_id", "name", "image_id"),
              "A container of this storage driver or snapshotter, and the image it was created from"
                  + " (containers: config.v2.json); always 1.",
              shown -> shown.store().containers().stream().map(each -> info(shown, each))),
          writable(
              "docker_container_writable_disk_bytes",
              "Allocated bytes (st_blocks x 512, hard links once, directories included) of the"
                  + " directory of the container's writable layer.",
              DirectoryUsage::diskBytes),
          writable(
              "docker_container_writable_inodes",
              "Inodes in the directory of the container's writable layer, including the directory"
                  + " itself.",
              DirectoryUsage::inodes));

  private ContainerFamilies() {}

  private static LabeledSample info(ScrapedStore shown, Container container) {
    return LabeledSample.info(
        shown.driver(), container.id(), container.name(), container.imageId().toString());
  }

  private static MetricFamily<ScrapedStore> writable(
      String name, String help, ToLongFunction<DirectoryUsage> value) {
    return MetricFamily.gauge(
        name,
        List.of("driver", "container_id"),
        help + " Measured in the background and cached; absent until measured.",
        shown -> samples(shown, value));
  }

  private static Stream<LabeledSample> samples(
      ScrapedStore shown, ToLongFunction<DirectoryUsage> value) {
    return shown.store().writableLayers().entrySet().stream()
        .flatMap(
            layer ->
                shown.observed().usageOf(layer.getValue()).stream()
                    .map(
                        usage ->
                            LabeledSample.of(
                                value.applyAsLong(usage), shown.driver(), layer.getKey())));
  }
}
