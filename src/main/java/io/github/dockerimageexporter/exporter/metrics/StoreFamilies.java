package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/// The families of a store as a whole.
///
/// A figure is absent while something of the store that it needs could not be read.
final class StoreFamilies {
  static final List<MetricFamily<ScrapedStore>> ALL =
      List.of(
          figure(
              "docker_store_images",
              "Image configurations in imagedb/content, including build intermediates and"
                  + " unreadable ones.",
              Inventory::images),
          figure(
              "docker_store_dangling_images",
              "Images without a reference in repositories.json that are not the parent of another"
                  + " image.",
              Inventory::danglingImages),
          figure(
              "docker_store_references",
              "References in repositories.json: tags and digests.",
              Inventory::references),
          figure(
              "docker_store_layers",
              "Layer directories in layerdb, including unreadable ones.",
              Inventory::layers),
          figure(
              "docker_store_mounts",
              "Writable layers and other mounts in layerdb/mounts, including unreadable ones.",
              Inventory::mounts),
          figure(
              "docker_store_layers_size_bytes",
              "Sum of the layers' recorded sizes (layerdb, size), each layer once. Absent while a"
                  + " layer's record cannot be read.",
              Inventory::layersSizeBytes),
          figure(
              "docker_store_images_size_bytes",
              "SIZE of Images as docker system df prints it: the recorded size (layerdb, size) of"
                  + " every layer of a listed image, each layer once. Absent while an image or the"
                  + " record of such a layer cannot be read.",
              inventory -> inventory.sizes().total()),
          figure(
              "docker_store_images_reclaimable_bytes",
              "RECLAIMABLE of Images as docker system df prints it since Docker 29: the unique size"
                  + " of every listed image that no container uses. Absent while an image, a"
                  + " container or the record of such a layer cannot be read.",
              inventory -> inventory.sizes().reclaimable()),
          owners(
              "docker_store_directories",
              "Directories in the graph driver's home, by owner; other: no known owner, or only"
                  + " needed by a directory on top of it. Absent if a record that determines the"
                  + " owner cannot be read.",
              Inventory::directories),
          owners(
              "docker_store_directory_disk_bytes",
              "Allocated bytes (st_blocks x 512) of the directories in the graph driver's home, by"
                  + " owner; other includes the home itself. Measured in the background and cached;"
                  + " absent until all directories of the owner are measured, or if a record that"
                  + " determines the owner cannot be read.",
              Inventory::diskBytesOf),
          MetricFamily.gauge(
              "docker_store_problems",
              List.of("driver", "problem", "impact"),
              "Problems found in the store, by kind; 0 if there are none, absent if none was found"
                  + " but an unreadable part could hide one. docs/problems.md explains each kind.",
              StoreFamilies::problems),
          MetricFamily.gauge(
              "docker_store_unreadable_paths",
              List.of("driver"),
              "Files and directories of the store that could not be read, including those found"
                  + " while measuring (in the background, cached).",
              shown ->
                  Stream.of(LabeledSample.of(shown.inventory().unreadablePaths(), shown.driver()))),
          MetricFamily.gauge(
              "docker_store_active",
              List.of("driver"),
              "1 for the store that dockerd uses, 0 for one left behind by a switch to another"
                  + " storage driver or to containerd; absent if the files do not show it.",
              StoreFamilies::active),
          MetricFamily.gauge(
              "docker_store_last_change_timestamp_seconds",
              List.of("driver"),
              "Unix time of the newest change to a directory or list of the store (st_mtime).",
              shown ->
                  shown.store().lastChange().stream()
                      .map(change -> LabeledSample.of(unixTime(change), shown.driver()))));

  private StoreFamilies() {}

  static double unixTime(Instant time) {
    return time.getEpochSecond() + time.getNano() / 1e9;
  }

  private static MetricFamily<ScrapedStore> figure(
      String name, String help, Function<Inventory, OptionalLong> value) {
    return MetricFamily.gauge(
        name,
        List.of("driver"),
        help,
        shown ->
            value.apply(shown.inventory()).stream()
                .mapToObj(v -> LabeledSample.of(v, shown.driver())));
  }

  private static MetricFamily<ScrapedStore> owners(
      String name, String help, BiFunction<Inventory, Owner, OptionalLong> value) {
    return MetricFamily.gauge(
        name,
        List.of("driver", "owner"),
        help,
        shown ->
            Arrays.stream(Owner.values())
                .flatMap(
                    owner ->
                        value.apply(shown.inventory(), owner).stream()
                            .mapToObj(v -> LabeledSample.of(v, shown.driver(), owner.label()))));
  }

  private static Stream<LabeledSample> active(ScrapedStore shown) {
    return switch (shown.store().use()) {
      case IN_USE -> Stream.of(LabeledSample.of(1, shown.driver()));
      case LEFT_BEHIND -> Stream.of(LabeledSample.of(0, shown.driver()));
      case UNKNOWN -> Stream.empty();
    };
  }

  private static Stream<LabeledSample> problems(ScrapedStore shown) {
    return Arrays.stream(Kind.values())
        .filter(shown.report()::isCertain)
        .map(
            kind ->
                LabeledSample.of(
                    shown.report().count(kind),
                    shown.driver(),
                    kind.label(),
                    kind.impact().label()));
  }
}
