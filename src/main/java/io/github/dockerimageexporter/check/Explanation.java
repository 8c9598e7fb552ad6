package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.Quote;

/// What a problem says to a person: what is wrong, and what to do about it.
///
/// No `default` in any switch, so a new kind does not compile without its words.
public final class Explanation {
  /// The command that prints the whole repair.
  public static final String PLAN = "docker-image-exporter check --plan";

  /// Why the sizes of a store's layers are unknown, said once for all of them.
  public static final String UNKNOWN_SIZES =
      "most layers do not take the space that is recorded for them, as after a copy from another"
          + " file system, so that no layer_size_mismatch is reported";

  private Explanation() {}

  /// One line: the subject, what was found, what was expected.
  public static String message(Problem problem) {
    return Quote.sentence(sentence(problem));
  }

  private static String sentence(Problem problem) {
    return switch (problem) {
      case ContainerdProblem ofContainerd -> ContainerdProblem.sentence(ofContainerd);
      case ContentProblem ofContent -> ofContent.sentence();
      case Problem.OfImage ofImage -> sentence(ofImage);
      case Problem.OfLayer ofLayer -> sentence(ofLayer);
      case Problem.ReferenceDangling(_, var target, var references) ->
          "%s: names %s, which is not in the image store"
              .formatted(Quote.names(references), Quote.of(target));
      case Problem.ReferencesInvalid(_, var reason, _) -> "invalid list of references: " + reason;
      case Problem.LayerParentMissing(var parent, var layers, _) ->
          "layer %s: its parent %s is missing from the layer store"
              .formatted(layers.getFirst(), parent);
      case Problem.LayerParentCycle(var layers, _) ->
          "layer %s: its parent links form a cycle of %d layers"
              .formatted(layers.getFirst(), layers.size());
      case Problem.DriverDirectoryEmpty(var path) ->
          "%s: empty, but the layer store records layers; expected their content. Either a disk is"
                  .formatted(path)
              + " not mounted here, or the directory was wiped";
      case Problem.OverlayLinkInvalid link -> sentence(link);
      case Problem.OverlayLinkDangling link -> sentence(link);
      case Problem.OverlayLowerMismatch lower -> sentence(lower);
      case Problem.MountInvalid(var mounts, _, var reason) ->
          "mount %s: %s".formatted(Quote.names(mounts), reason);
      case Problem.ContainerMountMissing missing -> sentence(missing);
      case Problem.CacheIdConflict(var cacheId, var layers, _, _) ->
          "layer %s: %d layers refer to the same directory %s"
              .formatted(layers.getFirst(), layers.size(), cacheId);
      case Problem.ContainerConfigInvalid(var container, _, var reason) ->
          "container %s: Docker cannot load it: %s".formatted(Quote.line(container), reason);
      case Problem.ImageParentDangling(var parent, var images, _) ->
          "image %s: built on %s, which is not in the image store"
              .formatted(images.getFirst(), parent);
      case Problem.OfLeftover leftover -> sentence(leftover);
    };
  }

  private static String sentence(Problem.ContainerMountMissing missing) {
    String fault =
        "container %s: its writable layer, or the layer below that, is missing"
            .formatted(missing.container());
    return missing.stopsHost()
        ? fault + "; docker system df and docker ps --size fail for the whole host"
        : fault;
  }

  private static String sentence(Problem.OfImage problem) {
    return switch (problem) {
      case Problem.ImageConfigInvalid(var image, _, var reason) ->
          "image %s: invalid configuration: %s".formatted(image, reason);
      case Problem.ImageConfigDigestMismatch(var image, _, var actual) ->
          "image %s: its configuration has the digest %s".formatted(image, actual);
      case Problem.ImageTooDeep(var image, _, int layerCount, int most) ->
          "image %s: %d layers, expected at most %d".formatted(image, layerCount, most);
      case Problem.ImageMetadataOrphan(var image, _) ->
          "image %s: metadata exists for an image that does not".formatted(image);
    };
  }

  private static String sentence(Problem.OfLayer problem) {
    return switch (problem) {
      case Problem.LayerMissing(var layer, _, boolean restorable) ->
          "layer %s: referenced by images but missing from the layer store%s"
              .formatted(
                  layer,
                  restorable ? "; Docker unpacks it again once no layer above is there" : "");
      case Problem.LayerMetadataInvalid(var layer, _, var reason, _) ->
          "layer %s: %s".formatted(layer, reason);
      case Problem.LayerEmpty(var layer, _) ->
          "layer %s: its directory in the layer store is empty".formatted(layer);
      case Problem.ChainTooDeep(var layer, _, int most) ->
          "layer %s: its chain has more than %d layers".formatted(layer, most);
      case Problem.LayerDirectoryMissing(var layer, var path, boolean foreign) ->
          "layer %s: its content %s %s"
              .formatted(layer, path, foreign ? "is not a directory" : "does not exist");
      case Problem.ChainIdMismatch(var layer, _, var implied) ->
          "layer %s: expected chain ID %s from its parent and diff ID".formatted(layer, implied);
      case Problem.LayerSizeMismatch(var layer, _, long recorded, long measured, long tarSplit) ->
          "layer %s: %d bytes recorded, but its files have %d and its tar-split record %d"
              .formatted(layer, recorded, measured, tarSplit);
      case Problem.TarSplitInvalid(var layer, _, var reason) ->
          "layer %s: tar-split record: %s".formatted(layer, reason);
      case Problem.LayerUnreferenced(var layer, _) ->
          "layer %s: not used by any image, container, layer or build cache".formatted(layer);
    };
  }

  private static String sentence(Problem.OfLeftover problem) {
    return switch (problem) {
      case Problem.LayerRemovalLeftover _ ->
          "the removal of a layer was started but never finished";
      case Problem.LayerTransactionLeftover _ ->
          "the registration of a layer was started but never finished";
      case Problem.OrphanDirectory _ -> "not used by any layer, container or build cache";
      case Problem.OverlayLinkUnowned _ -> "short name of a directory that does not exist";
      case Problem.MountUnowned(_, var container) ->
          "container %s: its writable layer is recorded, but the container does not exist"
              .formatted(container);
      case Problem.DownloadLeftover _ -> "left over from an earlier pull, load or build";
      case Problem.StrayEntry _ -> "not a name that Docker uses here";
    };
  }

  private static String sentence(Problem.OverlayLinkInvalid link) {
    String found = link.found().map(text -> "\"" + text + "\"").orElse("missing");
    return "%s: the short name of its directory is %s, expected 26 characters of A-Z and 2-7"
        .formatted(link.owner(), found);
  }

  private static String sentence(Problem.OverlayLinkDangling link) {
    String found =
        link.found()
            .map(target -> "points to " + target)
            .orElse("does not exist (or is not a symlink)");
    return "%s: %s %s; expected a symlink to %s"
        .formatted(link.owner(), link.path(), found, link.expected());
  }

  private static String sentence(Problem.OverlayLowerMismatch lower) {
    String expected =
        lower
            .below()
            .map(id -> "does not match directory " + id + " and the ones below it")
            .orElse("lists lower directories, but the layer is a base layer");
    return "%s: %s %s".formatted(lower.owner(), lower.path(), expected);
  }

  /// What to do first, and where to read the rest.
  public static String advice(Kind kind, Report report) {
    return report.firstAid(kind) + "; repair: " + PLAN + "; see: " + reading(kind);
  }

  /// The command that says all there is to say about `kind`.
  public static String reading(Kind kind) {
    return "docker-image-exporter explain " + kind.label();
  }
}
