package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.check.graphdriver.WasteChecks;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Says of which kinds of problems there may be more than were found, since something that their
/// checks need could not be read or understood. What was found of them counts all the same, but
/// that nothing was found says nothing.
final class Completeness {
  private Completeness() {}

  /// @param reported the problems that were found
  static Set<Kind> incomplete(StoreSnapshot store, List<Problem> reported) {
    Set<Kind> incomplete = EnumSet.noneOf(Kind.class);
    if (!store.unreadable().parts().isEmpty() || !store.unreadable().reasons().isEmpty()) {
      Set<Need> unmet = Need.unmet(store);
      Arrays.stream(Kind.values())
          .filter(kind -> needs(kind).stream().anyMatch(unmet::contains))
          .forEach(incomplete::add);
    }
    if (store.invalidReferences().isPresent()) {
      incomplete.add(Kind.REFERENCE_DANGLING);
    }
    WasteChecks.undecided(store, reported).forEach(incomplete::add);
    return incomplete;
  }

  private static Set<Need> needs(Kind kind) {
    return switch (kind) {
      case IMAGE_CONFIG_INVALID, IMAGE_CONFIG_DIGEST_MISMATCH -> Set.of(Need.IMAGES);
      case LAYER_MISSING -> Set.of(Need.IMAGES, Need.LAYER_LIST);
      case REFERENCE_DANGLING -> Set.of(Need.REFERENCES, Need.IMAGE_LIST);
      case REFERENCES_INVALID -> Set.of(Need.REFERENCES);
      case LAYER_METADATA_INVALID,
          LAYER_EMPTY,
          LAYER_PARENT_MISSING,
          LAYER_PARENT_CYCLE,
          CHAIN_ID_MISMATCH,
          CACHE_ID_CONFLICT ->
          Set.of(Need.LAYERS);
      case LAYER_REMOVAL_LEFTOVER -> Set.of(Need.REMOVALS);
      case TAR_SPLIT_INVALID -> Set.of(Need.TAR_SPLITS);
      case CHAIN_TOO_DEEP -> Set.of(Need.IMAGES, Need.LAYERS);
      case LAYER_DIRECTORY_MISSING -> Set.of(Need.LAYERS, Need.DIRECTORIES);
      case LAYER_SIZE_MISMATCH -> Set.of(Need.TAR_SPLITS, Need.DIRECTORIES);
      case DRIVER_DIRECTORY_EMPTY -> Set.of(Need.LAYER_LIST, Need.DIRECTORY_LIST);
      case OVERLAY_LINK_INVALID, OVERLAY_LINK_DANGLING, OVERLAY_LOWER_MISMATCH ->
          Set.of(Need.LAYERS, Need.MOUNTS, Need.DIRECTORIES);
      case MOUNT_INVALID ->
          Set.of(Need.MOUNTS, Need.CONTAINERS, Need.LAYER_LIST, Need.DIRECTORY_LIST);
      case CONTAINER_MOUNT_MISSING, CONTAINER_CONFIG_INVALID ->
          Set.of(Need.CONTAINERS, Need.MOUNT_LIST);
      case IMAGE_PARENT_DANGLING -> Set.of(Need.IMAGES, Need.METADATA);
      case LAYER_UNREFERENCED -> Set.of(Need.LAYER_LIST);
      case LAYER_TRANSACTION_LEFTOVER -> Set.of(Need.TRANSACTIONS);
      case ORPHAN_DIRECTORY -> Set.of(Need.DIRECTORY_LIST, Need.LAYER_LIST, Need.MOUNT_LIST);
      case OVERLAY_LINK_UNOWNED -> Set.of(Need.DIRECTORIES);
      case MOUNT_UNOWNED -> Set.of(Need.MOUNTS, Need.CONTAINER_LIST);
      case IMAGE_METADATA_ORPHAN -> Set.of(Need.IMAGE_LIST, Need.METADATA);
      case DOWNLOAD_LEFTOVER -> Set.of(Need.TEMPORARY);
      case STRAY_ENTRY ->
          Set.of(
              Need.IMAGE_LIST,
              Need.METADATA,
              Need.LAYER_LIST,
              Need.TRANSACTIONS,
              Need.MOUNT_LIST,
              Need.DIRECTORIES);
    };
  }
}
