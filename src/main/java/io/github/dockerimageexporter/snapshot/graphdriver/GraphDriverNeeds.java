package io.github.dockerimageexporter.snapshot.graphdriver;

import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.Unreadable;
import java.util.EnumSet;
import java.util.Set;

/// What each [Need] is in the store of a graph driver.
final class GraphDriverNeeds {
  private final GraphDriverLayout layout;
  private final Unreadable unreadable;
  private final boolean understandsReferences;

  private GraphDriverNeeds(GraphDriverSnapshot store) {
    this.layout = store.layout();
    this.unreadable = store.unreadable();
    this.understandsReferences = store.invalidReferences().isEmpty();
  }

  /// What of `store` could not be seen.
  static Set<Need> unmet(GraphDriverSnapshot store) {
    var needs = new GraphDriverNeeds(store);
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
      case REFERENCES -> lists(StorePart.REFERENCES) && reads(layout.references());
      case REFERENCE_NAMES -> isMet(Need.REFERENCES) && understandsReferences;
      case IMAGE_LIST -> lists(StorePart.IMAGES);
      case IMAGES -> lists(StorePart.IMAGES) && reads(layout.imageConfigs());
      case METADATA -> reads(layout.imageMetadata());
      case LAYER_LIST -> lists(StorePart.LAYERS);
      case LAYERS -> lists(StorePart.LAYERS) && unreadable.layers().isEmpty();
      case REMOVALS -> lists(StorePart.LAYERS) && readsAmongLayers("-removing");
      case TAR_SPLITS -> isMet(Need.LAYERS) && readsAmongLayers(GraphDriverLayout.TAR_SPLIT);
      case TRANSACTIONS -> reads(layout.transactions());
      case MOUNT_LIST -> lists(StorePart.MOUNTS);
      case MOUNTS -> lists(StorePart.MOUNTS) && reads(layout.mounts());
      case CONTAINER_LIST -> lists(StorePart.CONTAINERS);
      case CONTAINERS -> lists(StorePart.CONTAINERS) && reads(layout.containers());
      case BUILD_CACHE -> reads(layout.buildCache());
      case DIRECTORY_LIST -> lists(StorePart.DIRECTORIES);
      case DIRECTORIES -> lists(StorePart.DIRECTORIES) && reads(layout.driverHome());
      case TEMPORARY -> reads(layout.temporary());
      case BLOBS -> true;
    };
  }

  private boolean lists(StorePart list) {
    return !unreadable.parts().contains(list);
  }

  private boolean reads(String path) {
    return !unreadable.hasBelow(path);
  }

  /// Whether no path among the layers that has `name` in it is unreadable.
  private boolean readsAmongLayers(String name) {
    return unreadable.reasons().keySet().stream()
        .noneMatch(path -> path.startsWith(layout.layers()) && path.contains(name));
  }
}
