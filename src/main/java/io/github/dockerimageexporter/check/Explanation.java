package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.Quote;

/// What a problem says to a person: what is wrong, and what to do about it.
///
/// No `default` in either switch, so a new kind does not compile without its words.
public final class Explanation {
  /// The command that prints the whole repair.
  public static final String PLAN = "docker-image-exporter check --plan";

  private Explanation() {}

  /// One line: the subject, what was found, what was expected.
  public static String message(Problem problem) {
    return Quote.sentence(sentence(problem));
  }

  private static String sentence(Problem problem) {
    return switch (problem) {
      case Problem.ImageConfigInvalid(var image, _, var reason) ->
          "image %s: invalid configuration: %s".formatted(image, reason);
      case Problem.ImageConfigDigestMismatch(var image, _, var actual) ->
          "image %s: its configuration has the digest %s".formatted(image, actual);
      case Problem.LayerMissing(var layer, _) ->
          "layer %s: referenced by images but missing from the layer store".formatted(layer);
      case Problem.ReferenceDangling(_, var target, var references) ->
          "%s: names %s, which is not in the image store"
              .formatted(Quote.names(references), Quote.of(target));
      case Problem.ReferencesInvalid(_, var reason) -> "invalid list of references: " + reason;
      case Problem.LayerMetadataInvalid(var layer, _, var reason) ->
          "layer %s: %s".formatted(layer, reason);
      case Problem.LayerEmpty(var layer, _) ->
          "layer %s: its directory in the layer store is empty".formatted(layer);
      case Problem.LayerParentMissing(var parent, var layers, _) ->
          "layer %s: its parent %s is missing from the layer store"
              .formatted(layers.getFirst(), parent);
      case Problem.LayerParentCycle(var layers, _) ->
          "layer %s: its parent links form a cycle of %d layers"
              .formatted(layers.getFirst(), layers.size());
      case Problem.ChainTooDeep(var layer, _, int most) ->
          "layer %s: its chain has more than %d layers".formatted(layer, most);
      case Problem.ImageTooDeep(var image, _, int layerCount, int most) ->
          "image %s: %d layers, expected at most %d".formatted(image, layerCount, most);
      case Problem.LayerDirectoryMissing(var layer, var path, boolean foreign) ->
          "layer %s: its content %s %s"
              .formatted(layer, path, foreign ? "is not a directory" : "does not exist");
      case Problem.DriverDirectoryEmpty(var path) ->
          "%s: empty, but the layer store records layers; expected their content. Either a disk is"
                  .formatted(path)
              + " not mounted here, or the directory was wiped";
      case Problem.OverlayLinkInvalid(var owner, _, _, var found) ->
          "%s: the short name of its directory is %s, expected 26 characters of A-Z and 2-7"
              .formatted(owner, found.map(text -> "\"" + text + "\"").orElse("missing"));
      case Problem.OverlayLinkDangling(var owner, _, var path, var found, var expected) ->
          "%s: %s %s; expected a symlink to %s"
              .formatted(
                  owner,
                  path,
                  found
                      .map(target -> "points to " + target)
                      .orElse("does not exist (or is not a symlink)"),
                  expected);
      case Problem.OverlayLowerMismatch(var owner, _, var path, var below) ->
          "%s: %s %s"
              .formatted(
                  owner,
                  path,
                  below
                      .map(id -> "does not match directory " + id + " and the ones below it")
                      .orElse("lists lower directories, but the layer is a base layer"));
      case Problem.MountInvalid(var mounts, _, var reason) ->
          "mount %s: %s".formatted(Quote.names(mounts), reason);
      case Problem.ContainerMountMissing(var container, _) ->
          "container %s: its mount record is missing from the layer store".formatted(container);
      case Problem.ChainIdMismatch(var layer, _, var implied) ->
          "layer %s: expected chain ID %s from its parent and diff ID".formatted(layer, implied);
      case Problem.CacheIdConflict(var cacheId, var layers, _) ->
          "layer %s: %d layers refer to the same directory %s"
              .formatted(layers.getFirst(), layers.size(), cacheId);
      case Problem.LayerSizeMismatch(var layer, _, long recorded, long measured, long tarSplit) ->
          "layer %s: %d bytes recorded, but its files have %d and its tar-split record %d"
              .formatted(layer, recorded, measured, tarSplit);
      case Problem.ContainerConfigInvalid(var container, _, var reason) ->
          "container %s: Docker cannot load it: %s".formatted(Quote.line(container), reason);
      case Problem.TarSplitInvalid(var layer, _, var reason) ->
          "layer %s: tar-split record: %s".formatted(layer, reason);
      case Problem.ImageParentDangling(var parent, var images, _) ->
          "image %s: built on %s, which is not in the image store"
              .formatted(images.getFirst(), parent);
      case Problem.LayerUnreferenced(var layer, _) ->
          "layer %s: not used by any image, container, layer or build cache".formatted(layer);
      case Problem.LayerRemovalLeftover _ ->
          "the removal of a layer was started but never finished";
      case Problem.LayerTransactionLeftover _ ->
          "the registration of a layer was started but never finished";
      case Problem.OrphanDirectory _ -> "not used by any layer, container or build cache";
      case Problem.OverlayLinkUnowned _ -> "short name of a directory that does not exist";
      case Problem.MountUnowned(_, var container) ->
          "container %s: has a mount record but no container".formatted(container);
      case Problem.ImageMetadataOrphan(var image, _) ->
          "image %s: metadata exists for an image that does not".formatted(image);
      case Problem.DownloadLeftover _ -> "left over from an earlier pull, load or build";
      case Problem.StrayEntry _ -> "not a name that Docker uses here";
    };
  }

  /// What to do first, and where to read the rest.
  public static String advice(Kind kind) {
    return firstAid(kind) + "; repair: " + PLAN + "; see: " + reading(kind);
  }

  /// The command that says all there is to say about `kind`.
  public static String reading(Kind kind) {
    return "docker-image-exporter explain " + kind.label();
  }

  /// What to do first. Never asks to delete by hand what the daemon still owns.
  public static String firstAid(Kind kind) {
    return switch (kind) {
      case IMAGE_CONFIG_INVALID ->
          "pull or build the image again by name: no intact image has this ID";
      case IMAGE_CONFIG_DIGEST_MISMATCH ->
          "pull or build the image again; Docker then rewrites the configuration";
      case LAYER_MISSING ->
          "a pull alone does not repair it: the layers above it must be moved aside first";
      case REFERENCE_DANGLING ->
          "pull or build the image again under this name; docker rmi alone cannot remove the name";
      case REFERENCES_INVALID ->
          "do not stop a running daemon, it can still write the list again; otherwise restore"
              + " repositories.json from a backup before it starts";
      case LAYER_METADATA_INVALID ->
          "the plan writes diff and parent again as an image implies them; restore any other file"
              + " from a backup, or pull the layer and those above it again";
      case LAYER_EMPTY ->
          "every pull of this layer fails until the empty directory and those of the layers above"
              + " it are moved aside";
      case LAYER_PARENT_MISSING ->
          "Docker drops the layers above it when it restarts: restore the correct parent, or pull"
              + " the images again";
      case LAYER_PARENT_CYCLE ->
          "do not restart the daemon, it would crash; restore the parent first";
      case CHAIN_TOO_DEEP -> "rebuild the image with fewer layers";
      case LAYER_DIRECTORY_MISSING ->
          "the content is lost: pull or build the layer again, and those above it";
      case DRIVER_DIRECTORY_EMPTY ->
          "if a disk belongs here, stop the daemon, mount the disk and start the daemon again;"
              + " do not remove or prune anything before that";
      case OVERLAY_LINK_INVALID, OVERLAY_LINK_DANGLING, OVERLAY_LOWER_MISMATCH ->
          "nothing is lost: the file can be restored from the other directories while the daemon"
              + " is stopped";
      case MOUNT_INVALID, CONTAINER_MOUNT_MISSING ->
          "the container cannot start again: copy what you need out of its directory, then create"
              + " it again";
      case CHAIN_ID_MISMATCH ->
          "the layer's record does not match its name: restore the values that the image's"
              + " configuration gives, or pull the images again";
      case CACHE_ID_CONFLICT ->
          "all but one of these layers show another layer's content: replace all of them, not just"
              + " one";
      case LAYER_SIZE_MISMATCH ->
          "the layer's files or its recorded size were changed: if docker save fails, it is the"
              + " files, and the images must be pulled again";
      case TAR_SPLIT_INVALID ->
          "the image runs, but cannot be saved or pushed; if you need that, pull or build it again";
      case CONTAINER_CONFIG_INVALID ->
          "if docker ps -a still lists the container, docker rename writes the file again;"
              + " otherwise the daemon has forgotten it: restore the file from a backup, or save"
              + " what the container wrote and move its records aside while the daemon is stopped";
      case IMAGE_PARENT_DANGLING -> "the image works; nothing needs to be done";
      case LAYER_UNREFERENCED ->
          "it is used again once you pull or build what it belonged to; no Docker command removes"
              + " it";
      case LAYER_REMOVAL_LEFTOVER ->
          "stop the daemon cleanly once: it finishes the removal when it stops (not when killed)";
      case LAYER_TRANSACTION_LEFTOVER ->
          "the daemon never cleans it up; you can delete it while the daemon is stopped";
      case ORPHAN_DIRECTORY ->
          "no Docker command frees it: check its contents, and delete it only while the daemon is"
              + " stopped";
      case OVERLAY_LINK_UNOWNED -> "harmless; you can delete it while the daemon is stopped";
      case MOUNT_UNOWNED ->
          "no Docker command reaches it: save what you need from its writable layer, then move its"
              + " record aside while the daemon is stopped";
      case IMAGE_METADATA_ORPHAN -> "harmless; you can delete it while the daemon is stopped";
      case DOWNLOAD_LEFTOVER -> "restart the daemon when convenient: it empties tmp at startup";
      case STRAY_ENTRY -> "Docker ignores it; find out what created it before you delete it";
    };
  }
}
