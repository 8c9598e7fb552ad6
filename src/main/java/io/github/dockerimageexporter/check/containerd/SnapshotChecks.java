package io.github.dockerimageexporter.check.containerd;

import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.ContainerdProblem;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.persistent.Derivations.Derivation;
import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The snapshots of `meta.db`, held against the snapshotter's database and its directories.
final class SnapshotChecks {
  private static final Derivation<DerivedMap<String, SnapshotRecord, SnapshotRecord>> NOT_STORED =
      () -> DerivedMap.where(SnapshotRecord.KEYS, snapshot -> snapshot.stored().isEmpty());

  private static final Derivation<DerivedMap<String, SnapshotRecord, SnapshotRecord>> OF_NO_LAYER =
      () ->
          new DerivedMap<>(
              SnapshotRecord.KEYS, (key, snapshot) -> chain(key).isEmpty() ? snapshot : null);

  private SnapshotChecks() {}

  static Stream<Problem> databases(ContainerdSnapshot store) {
    return store.databaseFaults().entrySet().stream()
        .map(fault -> new ContainerdProblem.StoreDatabaseInvalid(fault.getKey(), fault.getValue()));
  }

  /// Snapshots that the snapshotter does not know. A container's have the container's problem; what
  /// was to be committed when containerd was killed is needed by nobody. What else a lease alone
  /// holds is: a layer by the next pull, an image's mount by its container.
  static Stream<Problem> records(ContainerdSnapshot store, CheckContext context) {
    if (!store.knows(StorePart.LAYERS)) {
      return Stream.empty();
    }
    List<String> lost =
        context.derived(NOT_STORED).of(store.snapshots()).keySet().stream()
            .filter(key -> !SnapshotRecord.isOfWork(key))
            .toList();
    if (lost.isEmpty()) {
      return Stream.empty();
    }
    var users = SnapshotUsers.of(store);
    return lost.stream()
        .filter(key -> !users.isOfContainerAlone(key) && !users.isOfClassicBuilderAlone(key))
        .map(
            key ->
                new ContainerdProblem.SnapshotRecordMissing(
                    key, layers(key, store), store.layout().metadata()));
  }

  /// Snapshots of which the databases name different parents, or one that is not there. A parent
  /// that images miss, or that the snapshotter does not know, has that problem and not this one.
  static Stream<Problem> parents(ContainerdSnapshot store, CheckContext context) {
    if (!store.knows(StorePart.LAYERS)) {
      return Stream.empty();
    }
    PersistentMap<String, SnapshotRecord> unlike =
        context.derived(UnlikeParents.FOLLOWED).of(store.snapshots());
    if (unlike.isEmpty()) {
      return Stream.empty();
    }
    Set<String> stored =
        store.snapshots().values().stream()
            .filter(snapshot -> snapshot.stored().isPresent())
            .map(SnapshotRecord::name)
            .collect(Collectors.toSet());
    List<Map.Entry<String, SnapshotRecord>> suspects =
        unlike.entrySet().stream()
            .filter(snapshot -> isSuspect(snapshot.getValue(), store, stored, context))
            .toList();
    if (suspects.isEmpty()) {
      return Stream.empty();
    }
    var users = SnapshotUsers.of(store);
    return suspects.stream()
        .filter(
            snapshot ->
                parentOf(snapshot.getValue(), store).isPresent()
                    || snapshot.getValue().parent().isEmpty()
                    || users.isKept(snapshot.getKey()))
        .map(snapshot -> mismatch(snapshot.getKey(), snapshot.getValue(), store));
  }

  private static boolean isSuspect(
      SnapshotRecord snapshot, ContainerdSnapshot store, Set<String> stored, CheckContext context) {
    if (snapshot.stored().isEmpty()) {
      return false;
    }
    Optional<SnapshotRecord> parent = parentOf(snapshot, store);
    if (parent.isPresent() && parent.get().stored().isEmpty()) {
      return false;
    }
    if (parent.isEmpty() && snapshot.parent().filter(key -> isMissed(key, context)).isPresent()) {
      return false;
    }
    Optional<String> below = snapshot.stored().get().parent();
    return (snapshot.parent().isPresent() && parent.isEmpty())
        || below.filter(Predicate.not(stored::contains)).isPresent()
        || !parent.map(SnapshotRecord::name).equals(below);
  }

  /// Whether an image names a layer, so that it is reported as missing.
  private static boolean isMissed(String key, CheckContext context) {
    return chain(key).filter(layer -> !context.graph().imagesOf(layer).isEmpty()).isPresent();
  }

  private static Optional<SnapshotRecord> parentOf(
      SnapshotRecord snapshot, ContainerdSnapshot store) {
    return snapshot.parent().flatMap(key -> Optional.ofNullable(store.snapshots().get(key)));
  }

  private static Problem mismatch(String key, SnapshotRecord snapshot, ContainerdSnapshot store) {
    return new ContainerdProblem.SnapshotParentMismatch(
        key,
        layers(key, store),
        store.layout().metadata(),
        parentOf(snapshot, store).map(SnapshotRecord::name).or(snapshot::parent),
        snapshot.stored().flatMap(SnapshotRecord.Stored::parent));
  }

  /// The layers of images that stand on a snapshot: a commit's on what its container stood on.
  private static List<ChainId> layersOn(String key, ContainerdSnapshot store) {
    return store.snapshots().entrySet().stream()
        .filter(snapshot -> snapshot.getValue().parent().filter(key::equals).isPresent())
        .flatMap(snapshot -> layers(snapshot.getKey(), store).stream())
        .toList();
  }

  /// Containers that have lost their snapshot, the one below it, or the directory of either. One
  /// that Docker is removing may have lost it already; one that images stand on too is told of as
  /// theirs.
  static Stream<Problem> containers(ContainerdSnapshot store) {
    if (!store.knows(StorePart.LAYERS)
        || !store.knows(StorePart.DIRECTORIES)
        || store.lacksAllContent()) {
      return Stream.empty();
    }
    List<Container> suspects =
        store.containers().stream()
            .filter(container -> !container.removing())
            .filter(container -> !lost(container, store).isEmpty())
            .toList();
    if (suspects.isEmpty()) {
      return Stream.empty();
    }
    var users = SnapshotUsers.of(store);
    return suspects.stream()
        .filter(
            container ->
                lost(container, store).stream()
                    .anyMatch(
                        key ->
                            users.isOfContainerAlone(key) || !store.snapshots().containsKey(key)))
        .map(container -> missing(container, store));
  }

  /// The keys of a container's snapshots that are not there.
  private static List<String> lost(Container container, ContainerdSnapshot store) {
    return Stream.of(container.id(), ContainerdSnapshot.initOf(container.id()))
        .filter(key -> !isMounted(key, store))
        .toList();
  }

  private static boolean isMounted(String key, ContainerdSnapshot store) {
    @Nullable SnapshotRecord snapshot = store.snapshots().get(key);
    return snapshot != null && snapshot.stored().isPresent() && hasDirectory(key, store);
  }

  private static boolean hasDirectory(String key, ContainerdSnapshot store) {
    return store.snapshotDirectories().containsKey(key) || store.hiddenDirectories().contains(key);
  }

  /// Snapshots without a directory that no image has: builds and other work need them. A
  /// container's have the container's problem. What nothing keeps is being removed.
  static Stream<Problem> directories(ContainerdSnapshot store, CheckContext context) {
    if (!store.knows(StorePart.LAYERS)
        || !store.knows(StorePart.DIRECTORIES)
        || store.lacksAllContent()) {
      return Stream.empty();
    }
    Map<String, SnapshotRecord.Stored> lost = new TreeMap<>();
    context
        .derived(OF_NO_LAYER)
        .of(store.snapshots())
        .forEach(
            (key, snapshot) ->
                snapshot
                    .stored()
                    .filter(stored -> hasDirectoryOf(stored, store))
                    .filter(_ -> !hasDirectory(key, store))
                    .ifPresent(stored -> lost.put(key, stored)));
    if (lost.isEmpty()) {
      return Stream.empty();
    }
    var users = SnapshotUsers.of(store);
    return lost.entrySet().stream()
        .filter(snapshot -> users.isKept(snapshot.getKey()))
        .filter(snapshot -> !users.isOfContainerAlone(snapshot.getKey()))
        .map(
            snapshot ->
                new ContainerdProblem.SnapshotDirectoryMissing(
                    snapshot.getKey(),
                    layersOn(snapshot.getKey(), store),
                    store.layout().content(snapshot.getValue().number())));
  }

  /// Whether the snapshotter keeps a directory for a snapshot.
  private static boolean hasDirectoryOf(SnapshotRecord.Stored stored, ContainerdSnapshot store) {
    return stored.kind() != SnapshotRecord.Kind.VIEW || !store.layout().content().isEmpty();
  }

  private static Problem missing(Container container, ContainerdSnapshot store) {
    return new Problem.ContainerMountMissing(
        container.id(), store.layout().meta(), isMeasuredInVain(container.id(), store));
  }

  /// Whether Docker tries to measure a snapshot's directory, which both databases record, and
  /// fails.
  private static boolean isMeasuredInVain(String key, ContainerdSnapshot store) {
    @Nullable SnapshotRecord snapshot = store.snapshots().get(key);
    return snapshot != null && snapshot.stored().isPresent() && !hasDirectory(key, store);
  }

  private static List<ChainId> layers(String key, ContainerdSnapshot store) {
    return chain(key).filter(store::hasLayer).stream().toList();
  }

  private static Optional<ChainId> chain(String key) {
    try {
      return Optional.of(ChainId.parse(key));
    } catch (IllegalArgumentException notOfAnImage) {
      return Optional.empty();
    }
  }
}
