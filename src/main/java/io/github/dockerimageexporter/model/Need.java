package io.github.dockerimageexporter.model;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What a check, a count or a sum needs to see of a store, so that it is the whole truth: a list to
/// its end, or all that is in it as well. What is damaged was seen.
public enum Need {
  REFERENCES(StorePart.REFERENCES, StoreLayout::references),
  IMAGE_LIST(StorePart.IMAGES),
  IMAGES(StorePart.IMAGES, StoreLayout::imageConfigs),
  METADATA(StoreLayout::imageMetadata),
  LAYER_LIST(StorePart.LAYERS),
  LAYERS(StorePart.LAYERS, StoreLayout::layers),
  TRANSACTIONS(StoreLayout::transactions),
  MOUNT_LIST(StorePart.MOUNTS),
  MOUNTS(StorePart.MOUNTS, StoreLayout::mounts),
  CONTAINER_LIST(StorePart.CONTAINERS),
  CONTAINERS(StorePart.CONTAINERS, StoreLayout::containers),
  BUILD_CACHE(StoreLayout::buildCache),
  DIRECTORY_LIST(StorePart.DIRECTORIES),
  DIRECTORIES(StorePart.DIRECTORIES, StoreLayout::driverHome),
  TEMPORARY(StoreLayout::temporary);

  private final Optional<StorePart> list;
  private final Optional<Function<StoreLayout, String>> content;

  Need(StorePart list) {
    this.list = Optional.of(list);
    this.content = Optional.empty();
  }

  Need(StorePart list, Function<StoreLayout, String> content) {
    this.list = Optional.of(list);
    this.content = Optional.of(content);
  }

  Need(Function<StoreLayout, String> content) {
    this.list = Optional.empty();
    this.content = Optional.of(content);
  }

  /// What of `store` could not be seen.
  public static Set<Need> unmet(StoreSnapshot store) {
    Set<Need> unmet = EnumSet.noneOf(Need.class);
    for (Need need : values()) {
      if (!need.isMet(store)) {
        unmet.add(need);
      }
    }
    return unmet;
  }

  private boolean isMet(StoreSnapshot store) {
    return list.filter(part -> !store.knows(part)).isEmpty()
        && content
            .filter(path -> store.unreadable().hasBelow(path.apply(store.layout())))
            .isEmpty();
  }
}
