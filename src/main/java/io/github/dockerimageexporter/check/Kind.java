package io.github.dockerimageexporter.check;

import java.util.Locale;

/// The closed list of problem kinds, each with what to do first, and a section in
/// `docs/problems.md`.
public enum Kind {
  IMAGE_CONFIG_INVALID(
      Impact.UNUSABLE, "pull or build the image again by name: no intact image has this ID"),
  IMAGE_CONFIG_DIGEST_MISMATCH(
      Impact.UNUSABLE, "pull or build the image again; Docker then rewrites the configuration"),
  LAYER_MISSING(
      Impact.UNUSABLE,
      "a pull alone does not repair it: the layers above it must be moved aside first"),
  REFERENCE_DANGLING(
      Impact.UNUSABLE,
      "pull or build the image again under this name; docker rmi alone cannot remove the name"),
  REFERENCES_INVALID(
      Impact.UNUSABLE,
      "do not stop a running daemon, it can still write the list again; otherwise restore"
          + " repositories.json from a backup before it starts"),
  LAYER_METADATA_INVALID(
      Impact.UNUSABLE,
      "the plan writes diff and parent again as an image implies them; restore any other file"
          + " from a backup, or pull the layer and those above it again"),
  LAYER_EMPTY(
      Impact.UNUSABLE,
      "every pull of this layer fails until the empty directory and those of the layers above"
          + " it are moved aside"),
  LAYER_PARENT_MISSING(
      Impact.UNUSABLE,
      "Docker drops the layers above it when it restarts: restore the correct parent, or pull"
          + " the images again"),
  LAYER_PARENT_CYCLE(
      Impact.UNUSABLE, "do not restart the daemon, it would crash; restore the parent first"),
  CHAIN_TOO_DEEP(Impact.UNUSABLE, "rebuild the image with fewer layers"),
  LAYER_DIRECTORY_MISSING(
      Impact.UNUSABLE, "the content is lost: pull or build the layer again, and those above it"),
  DRIVER_DIRECTORY_EMPTY(
      Impact.UNUSABLE,
      "if a disk belongs here, stop the daemon, mount the disk and start the daemon again;"
          + " do not remove or prune anything before that"),
  OVERLAY_LINK_INVALID(Impact.UNUSABLE, FirstAid.RESTORE_LINKS),
  OVERLAY_LINK_DANGLING(Impact.UNUSABLE, FirstAid.RESTORE_LINKS),
  OVERLAY_LOWER_MISMATCH(Impact.UNUSABLE, FirstAid.RESTORE_LINKS),
  MOUNT_INVALID(Impact.UNUSABLE, FirstAid.CREATE_CONTAINER),
  CONTAINER_MOUNT_MISSING(Impact.UNUSABLE, FirstAid.CREATE_CONTAINER),
  CONTAINER_LEASE_MISSING(
      Impact.UNUSABLE,
      "do not remove or prune anything, and do not restart the daemon: the next collection takes"
          + " the container's writable layer; save what it wrote with docker commit or docker cp,"
          + " then create it again"),
  STORE_DATABASE_INVALID(
      Impact.UNUSABLE,
      "do not restart containerd or the daemon: restore the database from a backup; until then"
          + " nothing in the store can be found, and removals would take what is still needed"),
  BLOB_MISSING(Impact.UNUSABLE, FirstAid.FETCH_BLOB),
  BLOB_SIZE_MISMATCH(Impact.UNUSABLE, FirstAid.FETCH_BLOB),
  BLOB_DIGEST_MISMATCH(Impact.UNUSABLE, FirstAid.FETCH_BLOB),
  MANIFEST_INVALID(Impact.UNUSABLE, FirstAid.FETCH_BLOB),
  SNAPSHOT_RECORD_MISSING(Impact.UNUSABLE, FirstAid.PULL_CHAIN),
  SNAPSHOT_PARENT_MISMATCH(Impact.UNUSABLE, FirstAid.PULL_CHAIN),
  CHAIN_ID_MISMATCH(
      Impact.WRONG_DATA,
      "the layer's record does not match its name: restore the values that the image's"
          + " configuration gives, or pull the images again"),
  CACHE_ID_CONFLICT(
      Impact.WRONG_DATA,
      "all but one of these layers show another layer's content: replace all of them, not just"
          + " one"),
  LAYER_SIZE_MISMATCH(
      Impact.WRONG_DATA,
      "the layer's files or its recorded size were changed: if docker save fails, it is the"
          + " files, and the images must be pulled again"),
  TAR_SPLIT_INVALID(
      Impact.WRONG_DATA,
      "the image runs, but cannot be saved or pushed; if you need that, pull or build it again"),
  GC_LABEL_MISSING(
      Impact.WRONG_DATA,
      "do not remove or prune anything: the next collection takes what is not protected; the plan"
          + " writes the label again"),
  LAYER_FILE_MISSING(Impact.WRONG_DATA, FirstAid.REPLACE_LAYER),
  LAYER_FILE_UNEXPECTED(Impact.WRONG_DATA, FirstAid.REPLACE_LAYER),
  LAYER_FILE_METADATA_MISMATCH(Impact.WRONG_DATA, FirstAid.REPLACE_LAYER),
  LAYER_FILE_SIZE_MISMATCH(Impact.WRONG_DATA, FirstAid.REPLACE_LAYER),
  LAYER_FILE_CHECKSUM_MISMATCH(Impact.WRONG_DATA, FirstAid.REPLACE_LAYER),
  LAYER_DIFF_ID_MISMATCH(Impact.WRONG_DATA, FirstAid.REPLACE_LAYER),
  CONTAINER_CONFIG_INVALID(
      Impact.WRONG_DATA,
      "if docker ps -a still lists the container, docker rename writes the file again;"
          + " otherwise the daemon has forgotten it: restore the file from a backup, or save"
          + " what the container wrote and move its records aside while the daemon is stopped"),
  IMAGE_PARENT_DANGLING(Impact.WASTE, "the image works; nothing needs to be done"),
  LAYER_UNREFERENCED(
      Impact.WASTE,
      "it is used again once you pull or build what it belonged to; no Docker command removes"
          + " it"),
  LAYER_REMOVAL_LEFTOVER(
      Impact.WASTE,
      "stop the daemon cleanly once: it finishes the removal when it stops (not when killed)"),
  LAYER_TRANSACTION_LEFTOVER(
      Impact.WASTE, "the daemon never cleans it up; you can delete it while the daemon is stopped"),
  ORPHAN_DIRECTORY(
      Impact.WASTE,
      "no Docker command frees it: check its contents, and delete it only while the daemon is"
          + " stopped"),
  OVERLAY_LINK_UNOWNED(Impact.WASTE, FirstAid.DELETE),
  MOUNT_UNOWNED(
      Impact.WASTE,
      "no Docker command reaches it: save what you need from its writable layer, then move its"
          + " record aside while the daemon is stopped"),
  BLOB_ORPHAN(
      Impact.WASTE,
      "if docker images misses images, meta.db was lost or replaced: restore it before anything is"
          + " removed, since the next removal of an image takes this blob; otherwise nothing needs"
          + " to be done"),
  IMAGE_METADATA_ORPHAN(Impact.WASTE, FirstAid.DELETE),
  DOWNLOAD_LEFTOVER(Impact.WASTE, "restart the daemon when convenient: it empties tmp at startup"),
  STRAY_ENTRY(Impact.WASTE, "Docker ignores it; find out what created it before you delete it");

  /// What is to be done first about several kinds.
  private static final class FirstAid {
    static final String RESTORE_LINKS =
        "nothing is lost: the file can be restored from the other directories while the daemon is"
            + " stopped";
    static final String CREATE_CONTAINER =
        "the container cannot start again: copy what you need out of its directory, then create it"
            + " again";

    static final String FETCH_BLOB =
        "a pull says that the image is up to date and repairs nothing; the plan fetches the blob"
            + " again, by its digest";

    static final String PULL_CHAIN =
        "the images that use it do not run: remove all images of the chain and pull them again";
    static final String REPLACE_LAYER =
        "the images run with other files than they were built with: pull or build them again after"
            + " their layers were moved aside; a pull alone finds them complete";
    static final String DELETE = "harmless; you can delete it while the daemon is stopped";

    private FirstAid() {}
  }

  private final Impact impact;
  private final String firstAid;

  Kind(Impact impact, String firstAid) {
    this.impact = impact;
    this.firstAid = firstAid;
  }

  public Impact impact() {
    return impact;
  }

  /// What to do first. Never asks to delete by hand what the daemon still owns.
  public String firstAid() {
    return firstAid;
  }

  /// The value of the exported `problem` label.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
