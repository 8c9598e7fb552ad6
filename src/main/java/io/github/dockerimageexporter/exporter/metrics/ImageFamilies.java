package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.ObjectFamily.asDouble;
import static io.github.dockerimageexporter.exporter.metrics.StoreFamilies.unixTime;

import io.github.dockerimageexporter.exporter.text.LabeledSample;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.model.Reference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The families of single images.
final class ImageFamilies {
  private static final String INFO = "docker_image_info";
  private static final String CONSISTENT = "docker_image_chain_consistent";
  static final String PLATFORMS = "docker_image_platform_info";

  private static final Platform UNKNOWN_PLATFORM = new Platform("", "", "");

  /// Platforms of one image that get series; no real image has more.
  private static final int MOST_PLATFORMS = 64;

  static final List<ObjectFamily<ImageFigures>> OF_EACH =
      List.of(
          new ObjectFamily<>(
              INFO,
              List.of("image_id", "os", "architecture", "variant"),
              "An image and its platform (configuration: os, architecture, variant; empty if not"
                  + " recorded); always 1.",
              ImageFamilies::info),
          figure(
              "docker_image_size_bytes",
              "SIZE as Docker prints it: sum of the recorded sizes (layerdb, size) of the image's"
                  + " layers, absent if one of them is missing from the store; in containerd: of"
                  + " all its blobs and snapshots.",
              figures -> asDouble(figures.size())),
          figure(
              "docker_image_shared_size_bytes",
              "SHARED SIZE as Docker 23 and later print it: recorded sizes (layerdb, size) of the"
                  + " layers that other images use too; in containerd: of snapshots and blobs."
                  + " Absent while an image cannot be read.",
              figures -> asDouble(figures.sharedSize())),
          figure(
              "docker_image_unique_size_bytes",
              "UNIQUE SIZE as Docker 23 and later print it: recorded sizes (layerdb, size) of the"
                  + " layers that no other image uses; in containerd: of snapshots and blobs."
                  + " Absent while an image cannot be read.",
              figures -> asDouble(figures.uniqueSize())),
          figure(
              "docker_image_content_size_bytes",
              "Part of the size that is the compressed copy: the blobs of all manifests of the"
                  + " image (containerd's content store). Absent in the store of a graph driver.",
              figures -> asDouble(figures.contentSize())),
          figure(
              "docker_image_unpacked_size_bytes",
              "Part of the size that is ready to run: recorded sizes of the image's layers"
                  + " (layerdb, or containerd's snapshots).",
              figures -> asDouble(figures.unpackedSize())),
          new ObjectFamily<>(
              PLATFORMS,
              List.of(
                  "image_id", "manifest", "os", "architecture", "variant", "content", "unpacked"),
              "A platform of an image of which something is here: content is complete, or partial"
                  + " if not all of its blobs were fetched; always 1. Absent in the store of a"
                  + " graph driver.",
              ImageFamilies::platforms),
          figure(
              "docker_image_disk_bytes",
              "Allocated bytes (st_blocks x 512) of the directories of all of the image's layers,"
                  + " including shared ones. Measured in the background and cached; absent until"
                  + " all are measured.",
              figures -> asDouble(figures.diskBytes())),
          figure(
              "docker_image_freeable_bytes",
              "Allocated bytes that removing the image with all its names would free now: those of"
                  + " the layers and blobs that only it and its own build intermediates use, except"
                  + " those kept by the build cache, a lease or another namespace; 0 while a"
                  + " container uses it or a child image prevents it. Measured in the background"
                  + " and cached; absent until measured, and while anything it depends on is"
                  + " unknown.",
              figures -> asDouble(figures.freeableBytes())),
          figure(
              "docker_image_hidden_bytes",
              "Bytes in the image's lower layers that an upper one replaces or removes: sizes of"
                  + " regular files in the layers' tars (tar-split; in containerd: blobs, with"
                  + " --scrub.content). Read in the background and cached; absent until read, where"
                  + " a layer has no list of its files, and above 250,000 files.",
              figures -> asDouble(figures.hiddenBytes())),
          figure(
              "docker_image_layers",
              "Layers of the image (configuration: rootfs.diff_ids), of the platform that Docker"
                  + " runs here.",
              figures ->
                  ofRecord(figures, image -> OptionalDouble.of(image.rootFs().diffIds().size()))),
          figure(
              "docker_image_containers",
              "Containers made from the image, running or not (containers/*/config.v2.json: Image;"
                  + " in containerd: ImageManifest).",
              figures -> asDouble(figures.containers())),
          figure(
              "docker_image_created_timestamp_seconds",
              "Unix time at which the image was built (configuration: created). Absent if not"
                  + " recorded.",
              figures -> ofRecord(figures, image -> time(image.created()))),
          figure(
              "docker_image_last_tagged_timestamp_seconds",
              "Unix time at which the image was last tagged, built or committed here"
                  + " (imagedb/metadata: lastUpdated; in containerd also pulled: updatedat). Absent"
                  + " if not recorded.",
              figures -> ofRecord(figures, image -> time(image.lastTagged()))),
          new ObjectFamily<>(
              CONSISTENT,
              List.of("image_id"),
              "1 if the image's configuration and all layers in its chain are free of problems with"
                  + " impact unusable or wrong_data, 0 if not. Absent if none has such a problem"
                  + " but the configuration or a layer's record or directory could not be read.",
              ImageFamilies::consistent));

  static final ObjectFamily<Reference> REFERENCES =
      new ObjectFamily<>(
          "docker_image_reference_info",
          List.of("image_id", "repository", "tag", "digest"),
          "A reference (repositories.json, or containerd's images) and the image it names, even"
              + " if that is missing; always 1.",
          (reference, sink) -> sink.accept(reference(reference)));

  private static final MetricFamily<ScrapedStore> PROBLEMS =
      MetricFamily.gauge(
          "docker_image_problems",
          List.of("driver", "image_id", "impact"),
          "Problems of the image's own records and of the layers in its chain, by impact. Only"
              + " for images that have any.",
          ImageFamilies::problems);

  private ImageFamilies() {}

  /// Those of images as they are exported, in their order.
  static Stream<MetricFamily<ScrapedStore>> all() {
    return OF_EACH.stream()
        .map(family -> family.shown(ScrapedStore::allImages))
        .mapMulti(
            (family, sink) -> {
              if (family.name().equals(CONSISTENT)) {
                sink.accept(PROBLEMS);
              }
              sink.accept(family);
              if (family.name().equals(INFO)) {
                sink.accept(REFERENCES.shown(ScrapedStore::references));
              }
            });
  }

  private static void info(ImageFigures figures, Consumer<LabeledSample> sink) {
    Platform platform = figures.image().map(Image::platform).orElse(UNKNOWN_PLATFORM);
    sink.accept(
        LabeledSample.info(
            figures.id(), platform.os(), platform.architecture(), platform.variant()));
  }

  private static void platforms(ImageFigures figures, Consumer<LabeledSample> sink) {
    figures.image().stream()
        .flatMap(image -> image.manifests().stream())
        .filter(manifest -> manifest.digest().isPresent())
        .limit(MOST_PLATFORMS)
        .forEach(manifest -> sink.accept(platform(figures.id(), manifest)));
  }

  private static LabeledSample platform(ImageId id, ImageManifest manifest) {
    return LabeledSample.info(
        id,
        manifest.digest().map(Object::toString).orElse(""),
        manifest.platform().os(),
        manifest.platform().architecture(),
        manifest.platform().variant(),
        manifest.complete() ? "complete" : "partial",
        manifest.unpacked());
  }

  /// The platforms of images that have more than [#MOST_PLATFORMS], beyond those.
  static long droppedPlatforms(ScrapedStore shown) {
    return shown.store().images().values().stream()
        .mapToLong(image -> Math.max(0, image.manifests().size() - MOST_PLATFORMS))
        .sum();
  }

  static LabeledSample reference(Reference reference) {
    return LabeledSample.info(
        reference.target(), reference.repository(), reference.tag(), reference.digest());
  }

  private static Stream<LabeledSample> problems(ScrapedStore shown) {
    return shown.inventory().problems().entrySet().stream()
        .flatMap(
            image ->
                image.getValue().entrySet().stream()
                    .map(
                        count ->
                            LabeledSample.of(
                                count.getValue(),
                                shown.driver(),
                                image.getKey().toString(),
                                count.getKey().label())));
  }

  private static void consistent(ImageFigures figures, Consumer<LabeledSample> sink) {
    @Nullable Boolean consistent = figures.consistency().orNull();
    if (consistent != null) {
      sink.accept(LabeledSample.of(LabeledSample.flag(consistent), figures.id()));
    }
  }

  private static ObjectFamily<ImageFigures> figure(
      String name, String help, Function<ImageFigures, OptionalDouble> value) {
    return ObjectFamily.figure(name, help, "image_id", ImageFigures::id, value);
  }

  private static OptionalDouble ofRecord(
      ImageFigures figures, Function<Image, OptionalDouble> value) {
    return figures.image().map(value).orElse(OptionalDouble.empty());
  }

  private static OptionalDouble time(Optional<Instant> time) {
    return time.isPresent() ? OptionalDouble.of(unixTime(time.get())) : OptionalDouble.empty();
  }
}
