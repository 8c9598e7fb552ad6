package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.Unreadable;
import java.util.EnumSet;
import java.util.Set;

/// What each [Need] is in a store of containerd: most of it is in the two databases.
final class ContainerdNeeds {
  private final ContainerdLayout layout;
  private final Unreadable unreadable;
  private final boolean lacksAllBlobs;

  private ContainerdNeeds(ContainerdSnapshot store) {
    this.layout = store.layout();
    this.unreadable = store.unreadable();
    this.lacksAllBlobs = store.lacksAllBlobs();
  }

  /// What of `store` could not be seen.
  static Set<Need> unmet(ContainerdSnapshot store) {
    var needs = new ContainerdNeeds(store);
    Set<Need> unmet = EnumSet.noneOf(Need.class);
    for (Need need : Need.values()) {
      if (!needs.isMet(need)) {
        unmet.add(need);
      }
    }
    return unmet;
  }

  private boolean isMet(Need need) {
    return switch (need) {
      case REFERENCES, REFERENCE_NAMES -> lists(StorePart.REFERENCES);
      case IMAGE_LIST, METADATA -> lists(StorePart.IMAGES);
      case IMAGES ->
          lists(StorePart.IMAGES)
              && unreadable.images().isEmpty()
              && isMet(Need.BLOBS)
              && !lacksAllBlobs;
      case LAYER_LIST -> lists(StorePart.LAYERS) && isMet(Need.IMAGES);
      case LAYERS, REMOVALS, TRANSACTIONS ->
          isMet(Need.LAYER_LIST) && unreadable.layers().isEmpty();
      case MOUNT_LIST, MOUNTS, BUILD_CACHE -> lists(StorePart.LAYERS);
      case CONTAINER_LIST -> lists(StorePart.CONTAINERS);
      case CONTAINERS -> lists(StorePart.CONTAINERS) && reads(layout.containers());
      case DIRECTORY_LIST -> lists(StorePart.DIRECTORIES);
      case DIRECTORIES -> lists(StorePart.DIRECTORIES) && reads(layout.snapshotterHome());
      case BLOBS -> reads(layout.meta()) && reads(layout.blobs());
      case TEMPORARY -> reads(layout.downloads());
      case TAR_SPLITS -> true;
    };
  }

  private boolean lists(StorePart list) {
    return !unreadable.parts().contains(list);
  }

  private boolean reads(String path) {
    return !unreadable.hasBelow(path);
  }
}
