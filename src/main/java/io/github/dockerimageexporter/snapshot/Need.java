package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/// What a check, a count or a sum needs to see of a store, so that it is the whole truth: a list to
/// its end, or all that is in it as well. What is damaged was seen.
@SuppressWarnings("ImmutableEnumChecker") // Method references keep nothing that could change.
public enum Need {
  REFERENCES(read(StorePart.REFERENCES, GraphDriverLayout::references)),
  IMAGE_LIST(listed(StorePart.IMAGES)),
  IMAGES(read(StorePart.IMAGES, GraphDriverLayout::imageConfigs)),
  METADATA(read(GraphDriverLayout::imageMetadata)),
  LAYER_LIST(listed(StorePart.LAYERS)),
  LAYERS(LAYER_LIST.isMet.and(store -> store.unreadable().layers().isEmpty())),
  REMOVALS(LAYER_LIST.isMet.and(withoutLayerPath("-removing"))),
  TAR_SPLITS(LAYERS.isMet.and(withoutLayerPath(GraphDriverLayout.TAR_SPLIT))),
  TRANSACTIONS(read(GraphDriverLayout::transactions)),
  MOUNT_LIST(listed(StorePart.MOUNTS)),
  MOUNTS(read(StorePart.MOUNTS, GraphDriverLayout::mounts)),
  CONTAINER_LIST(listed(StorePart.CONTAINERS)),
  CONTAINERS(read(StorePart.CONTAINERS, GraphDriverLayout::containers)),
  BUILD_CACHE(read(GraphDriverLayout::buildCache)),
  DIRECTORY_LIST(listed(StorePart.DIRECTORIES)),
  DIRECTORIES(read(StorePart.DIRECTORIES, GraphDriverLayout::driverHome)),
  TEMPORARY(read(GraphDriverLayout::temporary));

  @SuppressWarnings("ImmutableEnumChecker") // functions that keep nothing
  private final Predicate<StoreSnapshot> isMet;

  Need(Predicate<StoreSnapshot> isMet) {
    this.isMet = isMet;
  }

  private static Predicate<StoreSnapshot> listed(StorePart list) {
    return store -> store.knows(list);
  }

  private static Predicate<StoreSnapshot> read(Function<GraphDriverLayout, String> path) {
    return store -> !store.unreadable().hasBelow(path.apply(store.layout()));
  }

  private static Predicate<StoreSnapshot> read(
      StorePart list, Function<GraphDriverLayout, String> path) {
    return listed(list).and(read(path));
  }

  /// Whether no path among the layers that has `name` in it is unreadable.
  private static Predicate<StoreSnapshot> withoutLayerPath(String name) {
    return store ->
        store.unreadable().reasons().keySet().stream()
            .noneMatch(path -> path.startsWith(store.layout().layers()) && path.contains(name));
  }

  /// What of `store` could not be seen.
  public static Set<Need> unmet(StoreSnapshot store) {
    Set<Need> unmet = EnumSet.noneOf(Need.class);
    for (Need need : values()) {
      if (!need.isMet.test(store)) {
        unmet.add(need);
      }
    }
    return unmet;
  }
}
