package io.github.dockerimageexporter.check;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.LayerGraph;
import io.github.dockerimageexporter.model.RwLayer;
import io.github.dockerimageexporter.model.StorePart;
import io.github.dockerimageexporter.model.StoreSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Containers, their mounts, and what those name, held against one another.
///
/// A mount that no container needs, or only one that is being removed, harms nobody: what is wrong
/// with it is not told here. Nor is it while the containers cannot be seen, since nothing else says
/// whether a mount is damaged or being removed.
///
/// Source: moby, `daemon/internal/layer/layer_store.go` (loadMount), which passes over a mount it
/// cannot load, so that its container disappears.
final class MountChecks {
  private MountChecks() {}

  /// Mounts whose files are no record of one.
  static Stream<Problem> invalidMounts(StoreSnapshot store) {
    Set<String> needed = needing(store).keySet();
    return store.invalidMounts().values().stream()
        .filter(mount -> needed.contains(mount.name()))
        .map(
            mount -> new Problem.MountInvalid(List.of(mount.name()), mount.path(), mount.reason()));
  }

  /// Mounts without a file that the mount of every such container has.
  static Stream<Problem> incompleteMounts(StoreSnapshot store) {
    Map<String, Container> needing = needing(store);
    return needed(store, needing)
        .flatMap(
            mount ->
                missingFile(mount, store, needing)
                    .map(
                        file ->
                            new Problem.MountInvalid(
                                List.of(mount.name()),
                                path(mount.name(), store) + "/" + file,
                                file + ": missing"))
                    .stream());
  }

  /// The file that `mount` lacks: a container on Linux has an init layer, and stands on the layers
  /// of its image, if that has any.
  ///
  /// Source: moby, `daemon/create.go`.
  static Optional<String> missingFile(
      RwLayer mount, StoreSnapshot store, Map<String, Container> needing) {
    Container container = needing.get(mount.name());
    if (container == null) {
      return Optional.empty();
    }
    if (mount.initId().isEmpty()) {
      return Optional.of("init-id");
    }
    Image image = store.images().get(container.imageId());
    boolean hasLayers = image != null && !image.rootFs().diffIds().isEmpty();
    return hasLayers && mount.parent().isEmpty() ? Optional.of("parent") : Optional.empty();
  }

  /// Mounts on a chain that the layer store does not have: one problem for each chain. One that
  /// sound images miss too is left to them.
  static Stream<Problem> chainsPresent(StoreSnapshot store, LayerGraph graph) {
    if (!store.knows(StorePart.LAYERS)) {
      return Stream.empty();
    }
    Map<ChainId, List<String>> mountsOf =
        needed(store, needing(store))
            .filter(mount -> mount.parent().filter(parent -> !store.hasLayer(parent)).isPresent())
            .filter(
                mount ->
                    !ImageChecks.isNamedBySoundImage(mount.parent().orElseThrow(), store, graph))
            .collect(
                groupingBy(
                    mount -> mount.parent().orElseThrow(),
                    TreeMap::new,
                    mapping(RwLayer::name, toList())));
    return mountsOf.entrySet().stream()
        .map(
            lost ->
                new Problem.MountInvalid(
                    lost.getValue(),
                    path(lost.getValue().getFirst(), store) + "/parent",
                    "parent: the layer store does not have " + lost.getKey()));
  }

  /// Mounts whose directories in the graph driver are gone, unless all directories are.
  static Stream<Problem> directoriesPresent(StoreSnapshot store) {
    if (!store.knows(StorePart.DIRECTORIES) || DirectoryChecks.isHomeEmpty(store)) {
      return Stream.empty();
    }
    Map<String, Container> needing = needing(store);
    List<RwLayer> needed =
        needed(store, needing)
            .filter(mount -> missingFile(mount, store, needing).isEmpty())
            .toList();
    if (needed.isEmpty()) {
      return Stream.empty();
    }
    Set<String> present =
        store.driverDirectories().stream()
            .map(directory -> directory.path().getFileName().toString())
            .collect(toSet());
    return needed.stream()
        .flatMap(
            mount ->
                missing("init-id", mount.initId(), present)
                    .or(() -> missing("mount-id", Optional.of(mount.mountId()), present))
                    .map(
                        lost ->
                            new Problem.MountInvalid(
                                List.of(mount.name()),
                                path(mount.name(), store) + "/" + lost.file(),
                                "%s: %s has no directory %s"
                                    .formatted(
                                        lost.file(), store.layout().driverHome(), lost.id())))
                    .stream());
  }

  /// Containers without any mount, sound or not.
  static Stream<Problem> mountsPresent(StoreSnapshot store) {
    if (!store.knows(StorePart.MOUNTS)) {
      return Stream.empty();
    }
    return store.containers().stream()
        .filter(container -> !container.removing())
        .filter(container -> !hasMount(container.id(), store))
        .map(
            container ->
                new Problem.ContainerMountMissing(container.id(), path(container.id(), store)));
  }

  private record Lost(String file, CacheId id) {}

  private static Optional<Lost> missing(String file, Optional<CacheId> id, Set<String> present) {
    return id.filter(name -> !present.contains(name.value())).map(name -> new Lost(file, name));
  }

  private static boolean hasMount(String container, StoreSnapshot store) {
    return store.mounts().containsKey(container)
        || store.invalidMounts().containsKey(container)
        || store.unreadable().reasons().containsKey(path(container, store));
  }

  private static Stream<RwLayer> needed(StoreSnapshot store, Map<String, Container> needing) {
    return store.mounts().values().stream().filter(mount -> needing.containsKey(mount.name()));
  }

  /// The containers that need their mounts, by their IDs, which are the mounts' names.
  static Map<String, Container> needing(StoreSnapshot store) {
    return store.containers().stream()
        .filter(container -> !container.removing())
        .collect(toMap(Container::id, identity()));
  }

  private static String path(String mount, StoreSnapshot store) {
    return store.layout().mounts() + "/" + mount;
  }
}
