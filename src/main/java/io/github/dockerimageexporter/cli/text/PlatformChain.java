package io.github.dockerimageexporter.cli.text;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.ImageManifest.AbsentLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.page.words.PlatformWords;
import io.github.dockerimageexporter.repair.ContentFetch;
import io.github.dockerimageexporter.report.AsciiJson;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One platform of an image as `inspect` prints it; its components are the fields of the JSON form.
///
/// What is not known, or what a store of this kind does not have, is null.
///
/// @param platform as `os/architecture/variant`
/// @param content `complete`, or what of it is not here
/// @param absentBlobs the layers whose compressed copy is not here
/// @param fetch the command that fetches what was never fetched
/// @param layers the lowest first
record PlatformChain(
    String platform,
    @Nullable String manifest,
    @Nullable String content,
    boolean unpacked,
    List<AbsentBlob> absentBlobs,
    @Nullable String consequence,
    @Nullable String fetch,
    List<Link> layers) {

  /// @param fetched whether it is recorded as here; else it was never fetched
  record AbsentBlob(int height, String digest, long sizeBytes, boolean fetched) {
    static AbsentBlob of(AbsentLayer layer) {
      return new AbsentBlob(
          layer.height(), layer.blob().toString(), layer.sizeBytes(), layer.recorded());
    }
  }

  /// @param directory where its content is, relative to the data root, or absolute
  /// @param sizeBytes as recorded
  /// @param directorySizeBytes as measured: the lengths of its files, as graph drivers record it
  /// @param directoryDiskBytes allocated by its directory: snapshots record the same but for their
  ///     own directories
  /// @param hiddenBytes in the layer's tar, of files that a layer above it replaces or removes
  /// @param state the problems of this layer, or else `unreadable` if its record is, or `not
  ///     unpacked`, or else whether it and all below it are `consistent`, `inconsistent` or
  ///     `unknown`
  record Link(
      int height,
      String diffId,
      String chainId,
      @Nullable String cacheId,
      @Nullable String directory,
      @Nullable Long sizeBytes,
      @Nullable Long directorySizeBytes,
      @Nullable Long directoryDiskBytes,
      @Nullable Long hiddenBytes,
      String state) {}

  static PlatformChain of(ObservedStore observed, Image image, ImageManifest manifest) {
    boolean partial = !manifest.unfetchedLayers().isEmpty();
    return new PlatformChain(
        PlatformWords.name(manifest.platform()),
        manifest.digest().map(Digest::toString).orElse(null),
        manifest.digest().map(_ -> PlatformWords.content(manifest)).orElse(null),
        manifest.unpacked(),
        manifest.absentLayers().stream().map(AbsentBlob::of).toList(),
        partial ? PlatformWords.consequence(manifest) : null,
        ContentFetch.command(observed.store(), image, manifest).orElse(null),
        links(observed, manifest));
  }

  private static List<Link> links(ObservedStore observed, ImageManifest manifest) {
    var links = new ArrayList<Link>();
    List<ChainId> chainIds = manifest.rootFs().chainIds();
    Map<ChainId, String> problems = problemsOf(chainIds, observed);
    for (int i = 0; i < chainIds.size(); i++) {
      ChainId chainId = chainIds.get(i);
      Optional<Layer> layer = Optional.ofNullable(observed.store().layers().get(chainId));
      Optional<LayerDirectory> directory =
          Optional.ofNullable(observed.store().layerDirectories().get(chainId));
      links.add(
          new Link(
              i + 1,
              manifest.rootFs().diffIds().get(i).toString(),
              chainId.toString(),
              layer.map(one -> one.cacheId().value()).orElse(null),
              directory.map(LayerDirectory::contentPath).orElse(null),
              layer.map(Layer::sizeBytes).orElse(null),
              directory.flatMap(observed::usageOf).map(DirectoryUsage::contentBytes).orElse(null),
              directory.flatMap(observed::usageOf).map(DirectoryUsage::diskBytes).orElse(null),
              AsciiJson.orNull(observed.hidden().of(chainId, chainIds)),
              problems.getOrDefault(chainId, state(observed, manifest, chainId))));
    }
    return links;
  }

  /// The kinds of the problems that the layers of a chain have, for those that have some.
  private static Map<ChainId, String> problemsOf(List<ChainId> chain, ObservedStore observed) {
    Set<ChainId> wanted = Set.copyOf(chain);
    var kinds = new HashMap<ChainId, String>();
    observed.report().findings().stream()
        .map(Finding::problem)
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

  private static String state(ObservedStore observed, ImageManifest manifest, ChainId chainId) {
    if (observed.store().unreadable().layers().contains(chainId)) {
      return "unreadable";
    }
    return manifest.unpacked() || observed.store().hasLayer(chainId)
        ? observed.consistency().of(chainId).word()
        : "not unpacked";
  }
}
