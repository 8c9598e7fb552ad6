package io.github.dockerimageexporter.cli.text;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.report.AsciiJson;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One image's chain as `inspect` prints it; its components are the fields of the JSON form.
///
/// What is not known is null.
///
/// @param uniqueSizeBytes recorded sizes of the layers that are in no other image
/// @param freeableBytes what removing it with all its names would free on disk
public record ImageChain(
    String driver,
    String id,
    List<String> references,
    @Nullable Boolean consistent,
    List<String> problems,
    @Nullable Long uniqueSizeBytes,
    @Nullable Long freeableBytes,
    List<Link> layers) {

  /// @param directory where its content is, relative to the data root
  /// @param sizeBytes as recorded
  /// @param directorySizeBytes as measured, by the same rule
  /// @param state the problems of this layer, or else `unreadable` if its record is, or else
  ///     whether it and all below it are `consistent`, `inconsistent` or `unknown`
  record Link(
      int height,
      String diffId,
      String chainId,
      @Nullable String cacheId,
      @Nullable String directory,
      @Nullable Long sizeBytes,
      @Nullable Long directorySizeBytes,
      String state) {}

  public static ImageChain of(ImageSearch.Hit hit) {
    ObservedStore observed = hit.store();
    var inventory = new Inventory(observed);
    return new ImageChain(
        observed.store().driver(),
        hit.id().toString(),
        inventory.namesOf(hit.id()),
        observed.consistency().of(hit.id()).orNull(),
        problems(observed)
            .filter(problem -> problem.images().contains(hit.id()))
            .map(problem -> problem.kind().label())
            .toList(),
        hit.image()
            .map(image -> AsciiJson.orNull(inventory.sizes().uniqueSizeOf(image)))
            .orElse(null),
        hit.image().map(image -> AsciiJson.orNull(inventory.freeableBytesOf(image))).orElse(null),
        hit.image().map(image -> links(observed, image)).orElse(List.of()));
  }

  public String toJson() {
    return AsciiJson.text(this);
  }

  private static List<Link> links(ObservedStore observed, Image image) {
    var links = new ArrayList<Link>();
    List<ChainId> chainIds = image.rootFs().chainIds();
    Map<ChainId, String> problems = problemsOf(chainIds, observed);
    for (int i = 0; i < chainIds.size(); i++) {
      ChainId chainId = chainIds.get(i);
      Optional<Layer> layer = Optional.ofNullable(observed.store().layers().get(chainId));
      Optional<LayerDirectory> directory =
          Optional.ofNullable(observed.store().layerDirectories().get(chainId));
      links.add(
          new Link(
              i + 1,
              image.rootFs().diffIds().get(i).toString(),
              chainId.toString(),
              layer.map(one -> one.cacheId().value()).orElse(null),
              directory.map(LayerDirectory::contentPath).orElse(null),
              layer.map(Layer::sizeBytes).orElse(null),
              directory.flatMap(observed::usageOf).map(DirectoryUsage::contentBytes).orElse(null),
              problems.getOrDefault(chainId, state(observed, chainId))));
    }
    return links;
  }

  /// The kinds of the problems that the layers of a chain have, for those that have some.
  private static Map<ChainId, String> problemsOf(List<ChainId> chain, ObservedStore observed) {
    Set<ChainId> wanted = Set.copyOf(chain);
    var kinds = new HashMap<ChainId, String>();
    problems(observed)
        .forEach(
            problem ->
                problem.layers().stream()
                    .filter(wanted::contains)
                    .forEach(
                        layer ->
                            kinds.merge(
                                layer, problem.kind().label(), (one, more) -> one + ", " + more)));
    return kinds;
  }

  private static String state(ObservedStore observed, ChainId chainId) {
    if (observed.store().unreadable().layers().contains(chainId)) {
      return "unreadable";
    }
    return observed.consistency().of(chainId).word();
  }

  private static Stream<Problem> problems(ObservedStore observed) {
    return observed.report().findings().stream().map(Finding::problem);
  }
}
