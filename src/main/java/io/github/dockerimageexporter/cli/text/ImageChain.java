package io.github.dockerimageexporter.cli.text;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.report.AsciiJson;
import io.github.dockerimageexporter.report.ReportDocument;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One image as `inspect` prints it; its components are the fields of the JSON form.
///
/// What is not known, or what a store of this kind does not have, is null.
///
/// @param active whether dockerd uses the store
/// @param sizeBytes by Docker's rule: both copies together where there are two
/// @param contentSizeBytes what of it is the compressed copy
/// @param unpackedSizeBytes what of it is ready to run
/// @param uniqueSizeBytes what of it no other image has
/// @param freeableBytes what removing it with all its names would free on disk
/// @param hiddenBytes what upper layers replace or remove, of the platform that Docker runs here
/// @param platforms the one that Docker runs here first
public record ImageChain(
    String driver,
    @Nullable String containerdNamespace,
    @Nullable Boolean active,
    String id,
    List<String> references,
    @Nullable Boolean consistent,
    List<String> problems,
    @Nullable Long sizeBytes,
    @Nullable Long contentSizeBytes,
    @Nullable Long unpackedSizeBytes,
    @Nullable Long uniqueSizeBytes,
    @Nullable Long freeableBytes,
    @Nullable Long hiddenBytes,
    List<PlatformChain> platforms) {

  public static ImageChain of(ImageSearch.Hit hit) {
    ObservedStore observed = hit.store();
    var inventory = new Inventory(observed);
    return new ImageChain(
        observed.store().driver(),
        observed.store().containerdNamespace().orElse(null),
        ReportDocument.active(observed.store().use()),
        hit.id().toString(),
        inventory.namesOf(hit.id()),
        observed.consistency().of(hit.id()).orNull(),
        observed.report().findings().stream()
            .map(Finding::problem)
            .filter(problem -> problem.imagesIn(observed.store()).contains(hit.id()))
            .map(problem -> problem.kind().label())
            .toList(),
        figure(hit, inventory.sizes()::sizeOf),
        figure(hit, inventory.sizes()::contentSizeOf),
        figure(hit, inventory.sizes()::unpackedSizeOf),
        figure(hit, inventory.sizes()::uniqueSizeOf),
        figure(hit, inventory::freeableBytesOf),
        figure(hit, inventory::hiddenBytesOf),
        hit.image().map(image -> platforms(observed, image)).orElse(List.of()));
  }

  public String toJson() {
    return AsciiJson.text(this);
  }

  private static @Nullable Long figure(ImageSearch.Hit hit, Function<Image, OptionalLong> figure) {
    return hit.image().map(image -> AsciiJson.orNull(figure.apply(image))).orElse(null);
  }

  private static List<PlatformChain> platforms(ObservedStore observed, Image image) {
    return image.manifests().stream()
        .filter(ImageManifest::hasConfig)
        .map(manifest -> PlatformChain.of(observed, image, manifest))
        .toList();
  }
}
