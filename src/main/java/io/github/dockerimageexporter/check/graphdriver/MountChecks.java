package io.github.dockerimageexporter.check.graphdriver;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.SoundImages;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
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
  static final Check<GraphDriverSnapshot> CHECK =
      Check.of(
          GraphDriverSnapshot.class,
          Scope.STORE,
          Basis.RECORDS,
          Map.of(
              Kind.MOUNT_INVALID,
              Set.of(Need.MOUNTS, Need.CONTAINERS, Need.LAYER_LIST, Need.DIRECTORY_LIST),
              Kind.CONTAINER_MOUNT_MISSING,
              Set.of(Need.CONTAINERS, Need.MOUNT_LIST)),
          (store, context) -> all(store, context.graph()));

  private final GraphDriverSnapshot store;
  private final LayerGraph graph;
  private final Map<String, Container> needing;

  private MountChecks(GraphDriverSnapshot store, LayerGraph graph) {
    this.store = store;
    this.graph = graph;
    this.needing = needing(store);
  }

  static Stream<Problem> all(GraphDriverSnapshot store, LayerGraph graph) {
    var checks = new MountChecks(store, graph);
    return Stream.of(
            checks.invalidMounts(),
            checks.incompleteMounts(),
            checks.chainsPresent(),
            checks.directoriesPresent(),
            checks.mountsPresent())
        .flatMap(Function.identity());
  }

  /// Mounts whose files are no record of one.
  private Stream<Problem> invalidMounts() {
    return store.invalidMounts().values().stream()
        .filter(mount -> needing.containsKey(mount.name()))
        .map(
            mount -> new Problem.MountInvalid(List.of(mount.name()), mount.path(), mount.reason()));
  }

  /// Mounts without a file that the mount of every such container has.
  private Stream<Problem> incompleteMounts() {
    return needed()
        .flatMap(
            mount ->
                missingFile(mount, store, needing)
                    .map(
                        file ->
                            new Problem.MountInvalid(
                                List.of(mount.name()),
                                path(mount.name()) + "/" + file,
                                file + ": missing"))
                    .stream());
  }

  /// The file that `mount` lacks: a container on Linux has an init layer, and stands on the layers
  /// of its image, if that has any.
  ///
  /// Source: moby, `daemon/create.go`.
  static Optional<String> missingFile(
      RwLayer mount, GraphDriverSnapshot store, Map<String, Container> needing) {
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
  private Stream<Problem> chainsPresent() {
    if (!store.knows(StorePart.LAYERS)) {
      return Stream.empty();
    }
    var soundImages = new SoundImages(store, graph);
    Map<ChainId, List<String>> mountsOf =
        needed()
            .filter(mount -> mount.parent().filter(parent -> !store.hasLayer(parent)).isPresent())
            .filter(mount -> !soundImages.name(mount.parent().orElseThrow()))
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
                    path(lost.getValue().getFirst()) + "/parent",
                    "its parent " + lost.getKey() + " is missing from the layer store"));
  }

  /// Mounts whose directories in the graph driver are gone, unless all directories are.
  private Stream<Problem> directoriesPresent() {
    if (!store.knows(StorePart.DIRECTORIES) || store.lacksAllContent()) {
      return Stream.empty();
    }
    List<RwLayer> needed =
        needed().filter(mount -> missingFile(mount, store, needing).isEmpty()).toList();
    if (needed.isEmpty()) {
      return Stream.empty();
    }
    Predicate<CacheId> present = present(store);
    return needed.stream()
        .flatMap(
            mount ->
                missing("init-id", mount.initId(), present)
                    .or(() -> missing("mount-id", Optional.of(mount.mountId()), present))
                    .map(
                        lost ->
                            new Problem.MountInvalid(
                                List.of(mount.name()),
                                path(mount.name()) + "/" + lost.file(),
                                "%s: %s has no directory %s"
                                    .formatted(
                                        lost.file(), store.layout().driverHome(), lost.id())))
                    .stream());
  }

  /// Containers without any mount, sound or not.
  private Stream<Problem> mountsPresent() {
    if (!store.knows(StorePart.MOUNTS)) {
      return Stream.empty();
    }
    return store.containers().stream()
        .filter(container -> !container.removing())
        .filter(container -> !hasMount(container.id()))
        .map(
            container ->
                new Problem.ContainerMountMissing(container.id(), path(container.id()), false));
  }

  /// Which directories the driver's home has.
  private static Predicate<CacheId> present(GraphDriverSnapshot store) {
    Optional<Path> home = store.directories().keySet().stream().findFirst().map(Path::getParent);
    return id ->
        home.map(it -> it.resolve(id.value())).filter(store.directories()::containsKey).isPresent();
  }

  private record Lost(String file, CacheId id) {}

  private static Optional<Lost> missing(
      String file, Optional<CacheId> id, Predicate<CacheId> present) {
    return id.filter(present.negate()).map(name -> new Lost(file, name));
  }

  private boolean hasMount(String container) {
    return store.mounts().containsKey(container)
        || store.invalidMounts().containsKey(container)
        || store.unreadable().reasons().containsKey(path(container));
  }

  private Stream<RwLayer> needed() {
    return store.mounts().values().stream().filter(mount -> needing.containsKey(mount.name()));
  }

  /// The containers that need their mounts, by their IDs, which are the mounts' names.
  static Map<String, Container> needing(GraphDriverSnapshot store) {
    return store.containers().stream()
        .filter(container -> !container.removing())
        .collect(toMap(Container::id, identity()));
  }

  private String path(String mount) {
    return store.layout().mounts() + "/" + mount;
  }
}
