package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.exporter.text.LabeledSample;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// The families of a store as a whole.
///
/// A figure is absent while something of the store that it needs could not be read.
final class StoreFamilies {
  static final List<MetricFamily<ScrapedStore>> ALL =
      List.of(
          figure(
              "docker_store_images",
              "Images, including build intermediates and unreadable ones (imagedb/content; in"
                  + " containerd: targets of image names).",
              Inventory::images),
          figure(
              "docker_store_dangling_images",
              "Images without a reference that are not the parent of another image.",
              Inventory::danglingImages),
          figure(
              "docker_store_references",
              "References to images: tags and digests (repositories.json, or containerd's images).",
              Inventory::references),
          figure(
              "docker_store_layers",
              "Layers, including unreadable ones (layerdb; in containerd: snapshots of images).",
              Inventory::layers),
          figure(
              "docker_store_mounts",
              "Writable layers of containers, and other mounts (layerdb/mounts, including"
                  + " unreadable ones; in containerd: snapshots of containers).",
              Inventory::mounts),
          figure(
              "docker_store_layers_size_bytes",
              "Sum of the layers' recorded sizes (layerdb, or containerd's snapshots), each layer"
                  + " once. Absent while a layer's record cannot be read.",
              Inventory::layersSizeBytes),
          figure(
              "docker_store_images_size_bytes",
              "SIZE of Images as docker system df prints it: the recorded size (layerdb, size) of"
                  + " every layer of a listed image, each layer once; in containerd: every snapshot"
                  + " and blob of an image. Absent while an image or the record of such a layer"
                  + " cannot be read.",
              inventory -> inventory.sizes().total()),
          figure(
              "docker_store_images_reclaimable_bytes",
              "RECLAIMABLE of Images as docker system df prints it since Docker 29: the unique size"
                  + " of every listed image that no container uses. Absent while an image, a"
                  + " container or the record of such a layer cannot be read.",
              inventory -> inventory.sizes().reclaimable()),
          owners(
              "docker_store_directories",
              "Directories in the home of the graph driver or snapshotter, by owner; other: no"
                  + " known owner, or only needed by a directory on top of it. Absent if a record"
                  + " that determines the owner cannot be read.",
              Inventory::directories),
          owners(
              "docker_store_directory_disk_bytes",
              "Allocated bytes (st_blocks x 512) of the directories in the home of the graph driver"
                  + " or snapshotter, by owner; other includes the home itself. Measured in the"
                  + " background and cached; absent until all directories of the owner are"
                  + " measured, or if a record that determines the owner cannot be read.",
              Inventory::diskBytesOf),
          blobs(
              "docker_store_blobs",
              "Blobs in containerd's content store (compressed layers, manifests, configurations),"
                  + " by owner; removing: recorded, but kept by nothing. Absent in the store of a"
                  + " graph driver, and while containerd's database cannot be read.",
              tally -> tally.count()),
          blobs(
              "docker_store_blob_disk_bytes",
              "Allocated bytes (st_blocks x 512) of the blobs in containerd's content store, by"
                  + " owner; download includes the directories of the content store. Absent where"
                  + " docker_store_blobs is.",
              tally -> tally.allocatedBytes()),
          MetricFamily.gauge(
              "docker_store_problems",
              List.of("driver", "problem", "impact"),
              "Problems found in the store, by kind; 0 if there are none, absent if none was found"
                  + " but an unreadable part could hide one. docs/problems.md explains each kind.",
              StoreFamilies::problems),
          MetricFamily.gauge(
              "docker_store_host_problems",
              List.of("driver", "problem"),
              "Problems that keep Docker from starting, or make commands such as docker images or"
                  + " docker system df fail for the whole host, by kind. Absent where"
                  + " docker_store_problems is.",
              StoreFamilies::hostProblems),
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

  /// Those of which a problem can stop the whole host.
  private static final Set<Kind> OF_HOST =
      EnumSet.of(
          Kind.REFERENCES_INVALID,
          Kind.CONTAINER_MOUNT_MISSING,
          Kind.LAYER_PARENT_CYCLE,
          Kind.DRIVER_DIRECTORY_EMPTY,
          Kind.STORE_DATABASE_INVALID,
          Kind.BLOB_MISSING,
          Kind.BLOB_SIZE_MISMATCH,
          Kind.BLOB_DIGEST_MISMATCH,
          Kind.MANIFEST_INVALID);

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
            shown.store().owners().stream()
                .flatMap(
                    owner ->
                        value.apply(shown.inventory(), owner).stream()
                            .mapToObj(v -> LabeledSample.of(v, shown.driver(), owner.label()))));
  }

  private static MetricFamily<ScrapedStore> blobs(
      String name, String help, ToLongFunction<BlobTally> value) {
    return MetricFamily.gauge(
        name,
        List.of("driver", "owner"),
        help,
        shown ->
            Arrays.stream(BlobOwner.values())
                .flatMap(
                    owner ->
                        shown.inventory().blobs(owner).stream()
                            .map(
                                tally ->
                                    LabeledSample.of(
                                        value.applyAsLong(tally), shown.driver(), owner.label()))));
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
        .flatMap(kind -> problems(shown, kind));
  }

  private static Stream<LabeledSample> hostProblems(ScrapedStore shown) {
    return OF_HOST.stream()
        .filter(shown.report()::isCertain)
        .map(
            kind ->
                LabeledSample.of(shown.report().countOfHost(kind), shown.driver(), kind.label()));
  }

  /// The kind's usual impact, and others that single problems of it have.
  private static Stream<LabeledSample> problems(ScrapedStore shown, Kind kind) {
    return Arrays.stream(Impact.values())
        .filter(impact -> impact == kind.impact() || shown.report().count(kind, impact) > 0)
        .map(
            impact ->
                LabeledSample.of(
                    shown.report().count(kind, impact),
                    shown.driver(),
                    kind.label(),
                    impact.label()));
  }
}
