package io.github.dockerimageexporter.check;

import java.util.Locale;

/// The closed list of problem kinds, each with a section in `docs/problems.md`.
public enum Kind {
  IMAGE_CONFIG_INVALID(Impact.UNUSABLE),
  IMAGE_CONFIG_DIGEST_MISMATCH(Impact.UNUSABLE),
  LAYER_MISSING(Impact.UNUSABLE),
  REFERENCE_DANGLING(Impact.UNUSABLE),
  REFERENCES_INVALID(Impact.UNUSABLE),
  LAYER_METADATA_INVALID(Impact.UNUSABLE),
  LAYER_EMPTY(Impact.UNUSABLE),
  LAYER_PARENT_MISSING(Impact.UNUSABLE),
  LAYER_PARENT_CYCLE(Impact.UNUSABLE),
  CHAIN_TOO_DEEP(Impact.UNUSABLE),
  LAYER_DIRECTORY_MISSING(Impact.UNUSABLE),
  DRIVER_DIRECTORY_EMPTY(Impact.UNUSABLE),
  OVERLAY_LINK_INVALID(Impact.UNUSABLE),
  OVERLAY_LINK_DANGLING(Impact.UNUSABLE),
  OVERLAY_LOWER_MISMATCH(Impact.UNUSABLE),
  MOUNT_INVALID(Impact.UNUSABLE),
  CONTAINER_MOUNT_MISSING(Impact.UNUSABLE),
  CHAIN_ID_MISMATCH(Impact.WRONG_DATA),
  CACHE_ID_CONFLICT(Impact.WRONG_DATA),
  LAYER_SIZE_MISMATCH(Impact.WRONG_DATA),
  TAR_SPLIT_INVALID(Impact.WRONG_DATA),
  CONTAINER_CONFIG_INVALID(Impact.WRONG_DATA),
  IMAGE_PARENT_DANGLING(Impact.WASTE),
  LAYER_UNREFERENCED(Impact.WASTE),
  LAYER_REMOVAL_LEFTOVER(Impact.WASTE),
  LAYER_TRANSACTION_LEFTOVER(Impact.WASTE),
  ORPHAN_DIRECTORY(Impact.WASTE),
  OVERLAY_LINK_UNOWNED(Impact.WASTE),
  MOUNT_UNOWNED(Impact.WASTE),
  IMAGE_METADATA_ORPHAN(Impact.WASTE),
  DOWNLOAD_LEFTOVER(Impact.WASTE),
  STRAY_ENTRY(Impact.WASTE);

  private final Impact impact;

  Kind(Impact impact) {
    this.impact = impact;
  }

  public Impact impact() {
    return impact;
  }

  /// The value of the exported `problem` label.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
