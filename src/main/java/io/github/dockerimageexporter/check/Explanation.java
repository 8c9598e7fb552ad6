package io.github.dockerimageexporter.check;

import static io.github.dockerimageexporter.check.LayerChecks.MAX_DEPTH;

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
          "image %s: its configuration hashes to %s".formatted(image, actual);
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
          "layer %s: is its own ancestor, in a cycle of %d layers"
              .formatted(layers.getFirst(), layers.size());
      case Problem.ChainTooDeep(var layer, _) ->
          "layer %s: more than %d layers in its chain".formatted(layer, MAX_DEPTH);
      case Problem.ImageTooDeep(var image, _, int layerCount) ->
          "image %s: %d layers, expected at most %d".formatted(image, layerCount, MAX_DEPTH);
      case Problem.LayerDirectoryMissing(var layer, var path, boolean foreign) ->
          "layer %s: its content %s %s"
              .formatted(layer, path, foreign ? "is not a directory" : "does not exist");
      case Problem.DriverDirectoryEmpty(var path) ->
          "%s: empty, but the layer store records layers; expected their content: a disk is not"
                  .formatted(path)
              + " mounted here, or the directory was wiped";
      case Problem.OverlayLinkInvalid(var owner, _, _, var found) ->
          "%s: the short name of its directory is %s, expected 26 characters of A-Z and 2-7"
              .formatted(owner, found.map(text -> "\"" + text + "\"").orElse("missing"));
      case Problem.OverlayLinkDangling(var owner, _, var path, var found, var expected) ->
          "%s: %s %s; expected a symlink to %s"
              .formatted(
                  owner,
                  path,
                  found
                      .map(target -> "leads to " + target)
                      .orElse("does not exist (or is not a symlink)"),
                  expected);
      case Problem.OverlayLowerMismatch(var owner, _, var path, var below) ->
          "%s: %s %s"
              .formatted(
                  owner,
                  path,
                  below
                      .map(id -> "names another stack than directory " + id + " and those below it")
                      .orElse("names directories below a base layer"));
      case Problem.MountInvalid(var mounts, _, var reason) ->
          "mount %s: %s".formatted(Quote.names(mounts), reason);
      case Problem.ContainerMountMissing(var container, _) ->
          "container %s: its mount record is missing from the layer store".formatted(container);
      case Problem.ChainIdMismatch(var layer, _, var implied) ->
          "layer %s: expected chain ID %s from its parent and diff ID".formatted(layer, implied);
      case Problem.CacheIdConflict(var cacheId, var layers, _) ->
          "layer %s: %d layers name the directory %s"
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
          "the removal of a layer was started and never finished";
      case Problem.LayerTransactionLeftover _ ->
          "the registration of a layer was started and never finished";
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
          "pull or build the image by its name again: no sound image has this ID";
      case IMAGE_CONFIG_DIGEST_MISMATCH ->
          "pull or build the image again: Docker then rewrites the configuration";
      case LAYER_MISSING ->
          "a pull alone repairs nothing: what stands on the layer must be moved aside first";
      case REFERENCE_DANGLING -> "pull or build the name again; docker rmi alone cannot remove it";
      case REFERENCES_INVALID ->
          "do not stop a running daemon: it can write the list again; otherwise restore"
              + " repositories.json from a backup before it starts";
      case LAYER_METADATA_INVALID ->
          "restore the file from a backup if its content is known; else pull the layer again, and"
              + " those above it";
      case LAYER_EMPTY ->
          "every pull of this layer fails until the empty directory is moved aside, and those of"
              + " the layers above it";
      case LAYER_PARENT_MISSING ->
          "Docker drops the layers above it when it restarts: write the right parent, or pull the"
              + " images again";
      case LAYER_PARENT_CYCLE ->
          "do not restart the daemon, it would crash: restore the parent first";
      case CHAIN_TOO_DEEP -> "rebuild the image with fewer layers";
      case LAYER_DIRECTORY_MISSING ->
          "the content is lost: pull or build the layer again, and those above it";
      case DRIVER_DIRECTORY_EMPTY ->
          "if a disk belongs here, stop the daemon, mount the disk and start the daemon again;"
              + " remove and prune nothing before that";
      case OVERLAY_LINK_INVALID, OVERLAY_LINK_DANGLING, OVERLAY_LOWER_MISMATCH ->
          "nothing is lost: it follows from the other directories, and can be written again with"
              + " the daemon stopped";
      case MOUNT_INVALID, CONTAINER_MOUNT_MISSING ->
          "the container cannot start again: copy what you need out of its directory and create it"
              + " anew";
      case CHAIN_ID_MISMATCH ->
          "the layer's record does not match its name: write what the image's configuration says,"
              + " or pull the images again";
      case CACHE_ID_CONFLICT ->
          "all but one of these layers show content that is not theirs: replace all of them, not"
              + " one";
      case LAYER_SIZE_MISMATCH ->
          "the layer's files or its recorded size were changed: if docker save fails, it is the"
              + " files, and the images must be pulled again";
      case TAR_SPLIT_INVALID ->
          "the image runs, but cannot be saved or pushed: if it must be, pull or build it again";
      case CONTAINER_CONFIG_INVALID ->
          "if docker ps -a still lists the container, docker rename writes the file again; else the"
              + " daemon has forgotten it: restore the file from a backup, or save what the"
              + " container wrote and move its records aside, with the daemon stopped";
      case IMAGE_PARENT_DANGLING -> "the image runs, and nothing needs to be done";
      case LAYER_UNREFERENCED ->
          "pulling or building what it belonged to takes it into use again; no Docker command"
              + " removes it";
      case LAYER_REMOVAL_LEFTOVER ->
          "stop the daemon cleanly once: it ends the removal when it stops (not when it is killed)";
      case LAYER_TRANSACTION_LEFTOVER ->
          "the daemon never cleans it up: it may be deleted while the daemon is stopped";
      case ORPHAN_DIRECTORY ->
          "no Docker command frees it: check what is in it, and delete it only with the daemon"
              + " stopped";
      case OVERLAY_LINK_UNOWNED -> "harmless; it may be deleted while the daemon is stopped";
      case MOUNT_UNOWNED ->
          "no Docker command reaches it: save what is needed of its writable layer, then move its"
              + " record away with the daemon stopped";
      case IMAGE_METADATA_ORPHAN -> "harmless; it may be deleted while the daemon is stopped";
      case DOWNLOAD_LEFTOVER -> "restart the daemon when it suits: it empties tmp when it starts";
      case STRAY_ENTRY -> "find out who made it before you delete it; Docker ignores it";
    };
  }
}
