package io.github.dockerimageexporter.exporter;

import static io.github.dockerimageexporter.model.StorePart.CONTAINERS;
import static io.github.dockerimageexporter.model.StorePart.DIRECTORIES;
import static io.github.dockerimageexporter.model.StorePart.IMAGES;
import static io.github.dockerimageexporter.model.StorePart.LAYERS;
import static io.github.dockerimageexporter.model.StorePart.MOUNTS;
import static io.github.dockerimageexporter.model.StorePart.REFERENCES;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.model.DriverDirectory;
import io.github.dockerimageexporter.model.DriverDirectory.Owner;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.StorePart;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// The families of a store as a whole.
///
/// A figure is absent while a part of the store that it needs could not be listed.
final class StoreFamilies {
  static final List<MetricFamily<ShownStore>> ALL =
      List.of(
          figure(
              "docker_store_images",
              "Image configurations in imagedb/content, intermediates of builds and unreadable ones"
                  + " included.",
              Set.of(IMAGES),
              StoreFamilies::images),
          figure(
              "docker_store_dangling_images",
              "Images that no reference of repositories.json names and that are no other image's"
                  + " parent.",
              Set.of(IMAGES, REFERENCES),
              shown ->
                  shown.store().images().values().stream()
                      .filter(shown.sizes()::isDangling)
                      .count()),
          figure(
              "docker_store_references",
              "References in repositories.json: tags and digests.",
              Set.of(REFERENCES),
              shown -> shown.store().references().size()),
          figure(
              "docker_store_layers",
              "Layer directories in layerdb, unreadable ones included.",
              Set.of(LAYERS),
              StoreFamilies::layers),
          figure(
              "docker_store_mounts",
              "Writable layers and other mounts in layerdb/mounts.",
              Set.of(MOUNTS),
              shown -> shown.store().mounts().size()),
          figure(
              "docker_store_layers_size_bytes",
              "Sum of the layers' recorded sizes (layerdb, size), each layer once.",
              Set.of(LAYERS),
              shown -> shown.store().layers().values().stream().mapToLong(Layer::sizeBytes).sum()),
          figure(
              "docker_store_images_size_bytes",
              "SIZE of Images as docker system df prints it: the recorded size (layerdb, size) of"
                  + " every layer of a listed image, each layer once.",
              Set.of(IMAGES, LAYERS, REFERENCES),
              shown -> shown.sizes().total()),
          figure(
              "docker_store_images_reclaimable_bytes",
              "RECLAIMABLE of Images as docker system df prints it since Docker 29: the unique size"
                  + " of every listed image that no container uses.",
              Set.of(IMAGES, LAYERS, REFERENCES, CONTAINERS),
              shown -> shown.sizes().reclaimable()),
          MetricFamily.gauge(
              "docker_store_directories",
              List.of("driver", "owner"),
              "Directories in the graph driver's home, by what owns them; other: nothing that is"
                  + " known, or nothing but a directory that stands on it.",
              StoreFamilies::directories),
          MetricFamily.gauge(
              "docker_store_directory_disk_bytes",
              List.of("driver", "owner"),
              "Allocated bytes (st_blocks x 512) of the directories in the graph driver's home, by"
                  + " what owns them; other includes the home itself. Measured in the background"
                  + " and cached; absent until every directory of the owner is measured.",
              StoreFamilies::diskBytes),
          MetricFamily.gauge(
              "docker_store_problems",
              List.of("driver", "problem", "impact"),
              "Problems found in the store, by kind; 0 if there are none, absent if there may be"
                  + " some that could not be seen. Each kind is explained in docs/problems.md.",
              StoreFamilies::problems),
          MetricFamily.gauge(
              "docker_store_unreadable_paths",
              List.of("driver"),
              "Files and directories of the store that could not be read, those met while measuring"
                  + " (in the background, cached) included.",
              shown -> Stream.of(Row.of(unreadablePaths(shown), shown.driver()))),
          MetricFamily.gauge(
              "docker_store_active",
              List.of("driver"),
              "1 for the store that dockerd uses, 0 for one left behind by a switch to another"
                  + " storage driver or to containerd; absent where the files do not say.",
              StoreFamilies::active),
          MetricFamily.gauge(
              "docker_store_last_change_timestamp_seconds",
              List.of("driver"),
              "Unix time of the newest change to a directory or list of the store (st_mtime).",
              shown ->
                  shown.store().lastChange().stream()
                      .map(change -> Row.of(unixTime(change), shown.driver()))));

  private StoreFamilies() {}

  static double unixTime(Instant time) {
    return time.getEpochSecond() + time.getNano() / 1e9;
  }

  private static MetricFamily<ShownStore> figure(
      String name, String help, Set<StorePart> needed, ToLongFunction<ShownStore> value) {
    return MetricFamily.gauge(
        name,
        List.of("driver"),
        help,
        shown ->
            needed.stream().allMatch(shown.store()::knows)
                ? Stream.of(Row.of(value.applyAsLong(shown), shown.driver()))
                : Stream.empty());
  }

  private static Stream<Row> active(ShownStore shown) {
    return switch (shown.store().use()) {
      case IN_USE -> Stream.of(Row.of(1, shown.driver()));
      case LEFT_BEHIND -> Stream.of(Row.of(0, shown.driver()));
      case UNKNOWN -> Stream.empty();
    };
  }

  private static int images(ShownStore shown) {
    var store = shown.store();
    return store.images().size()
        + store.invalidImages().size()
        + store.unreadable().images().size();
  }

  private static int layers(ShownStore shown) {
    var store = shown.store();
    return store.layers().size()
        + store.invalidLayers().size()
        + store.unreadable().layers().size();
  }

  private static Stream<Row> directories(ShownStore shown) {
    return owners(shown)
        .map(owner -> Row.of(ownedBy(owner, shown).count(), shown.driver(), owner.label()));
  }

  private static Stream<Row> diskBytes(ShownStore shown) {
    return owners(shown)
        .flatMap(
            owner ->
                shown.seen().diskBytesOf(owner).stream()
                    .mapToObj(bytes -> Row.of(bytes, shown.driver(), owner.label())));
  }

  /// Orphans only if there are some, or it is known that there are none.
  private static Stream<Owner> owners(ShownStore shown) {
    return shown.store().knows(DIRECTORIES)
        ? Arrays.stream(Owner.values())
            .filter(
                owner -> owner != Owner.ORPHAN || shown.report().isCertain(Kind.ORPHAN_DIRECTORY))
        : Stream.empty();
  }

  private static Stream<DriverDirectory> ownedBy(Owner owner, ShownStore shown) {
    return shown.store().driverDirectories().stream()
        .filter(directory -> directory.owner() == owner);
  }

  private static Stream<Row> problems(ShownStore shown) {
    return Arrays.stream(Kind.values())
        .filter(shown.report()::isCertain)
        .map(
            kind ->
                Row.of(
                    shown.report().count(kind),
                    shown.driver(),
                    kind.label(),
                    kind.impact().label()));
  }

  private static long unreadablePaths(ShownStore shown) {
    return shown.store().unreadable().reasons().size()
        + measuredPaths(shown)
            .distinct()
            .flatMap(path -> Optional.ofNullable(shown.seen().usages().get(path)).stream())
            .mapToLong(DirectoryUsage::unreadable)
            .sum();
  }

  private static Stream<Path> measuredPaths(ShownStore shown) {
    return Stream.concat(
        shown.store().driverDirectories().stream().map(DriverDirectory::path),
        shown.store().layerDirectories().values().stream().map(LayerDirectory::path));
  }
}
