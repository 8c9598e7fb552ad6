package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What no image, layer or container answers for, once it is too old to be at work.
///
/// | leftover            | held back, however old it is, while                                  |
/// |---------------------|----------------------------------------------------------------------|
/// | an unused layer     | any pull, load or build is at work                                   |
/// | an unowned directory| a layer is being registered that began before its last change        |
/// | any                 | there is a problem of which it may be a consequence ([#causes])      |
///
/// What is left without an owner by a lost record may be what that can be restored from.
///
/// Source: moby, `daemon/internal/layer/layer_store.go`, which cleans up nothing but what a clean
/// stop finds half removed.
public final class WasteChecks {
  /// More than lies between the making of a layer's directory and of its record, in either order.
  private static final Duration APART = Duration.ofMinutes(1);

  private static final int HEX_DIGITS = 64;

  private WasteChecks() {}

  /// The check of one kind of store.
  ///
  /// @param needs by kind of waste that such a store can have, what must be seen to know that there
  ///     is none
  public static <S extends StoreSnapshot> Check<S> of(Class<S> store, Map<Kind, Set<Need>> needs) {
    return new Check<>(
        store,
        Scope.STORE,
        Basis.LEFTOVERS,
        needs,
        (snapshot, context) ->
            leftovers(snapshot, context.found(), context.known(), context.grace()),
        (snapshot, _, reported) -> undecided(snapshot, reported));
  }

  /// What holds waste back, gathered once for all leftovers.
  ///
  /// @param kinds those that problems were found of
  /// @param told the layers that a problem is about, by their digests
  /// @param addsLayers whether something at work may end in layers, or in the image of some
  /// @param registrationBegan when the earliest registration at work did
  private record Obstacles(
      Set<Kind> kinds, Set<String> told, boolean addsLayers, Optional<Instant> registrationBegan) {

    static Obstacles of(StoreSnapshot store, List<Problem> found, Instant grace) {
      Set<Kind> kinds = EnumSet.noneOf(Kind.class);
      var told = new HashSet<String>();
      for (Problem problem : found) {
        kinds.add(problem.kind());
        problem.layers().forEach(layer -> told.add(layer.digest().hex()));
      }
      List<Leftover> atWork =
          store.leftovers().stream()
              .filter(leftover -> leftover.lastChange().isAfter(grace))
              .toList();
      return new Obstacles(
          kinds,
          told,
          atWork.stream().anyMatch(WasteChecks::addsLayers),
          atWork.stream()
              .filter(leftover -> leftover.kind() == Leftover.Kind.TRANSACTION)
              .map(Leftover::began)
              .min(Comparator.naturalOrder()));
    }
  }

  /// The waste among them.
  ///
  /// @param found the problems that are no waste
  /// @param known the problems that the scan before told of: waste among them is told as long as it
  ///     is there, so that it does not come and go with the work that holds other waste back
  /// @param grace what has changed since then may still be at work
  static Stream<Problem> leftovers(
      StoreSnapshot store, List<Problem> found, Set<Problem> known, Instant grace) {
    if (store.leftovers().isEmpty()) {
      return Stream.empty();
    }
    var obstacles = Obstacles.of(store, found, grace);
    return store.leftovers().stream()
        .filter(leftover -> !leftover.lastChange().isAfter(grace))
        .filter(leftover -> !isTold(leftover, obstacles))
        .filter(
            leftover ->
                known.contains(problem(leftover)) || !isHeldBack(leftover, store, obstacles))
        .map(WasteChecks::problem);
  }

  /// The problems that may be why nothing answers for a leftover.
  private static Stream<Kind> causes(Leftover.Kind kind) {
    return switch (kind) {
      case LAYER ->
          Stream.of(
              Kind.IMAGE_CONFIG_INVALID,
              Kind.IMAGE_CONFIG_DIGEST_MISMATCH,
              Kind.REFERENCE_DANGLING,
              Kind.LAYER_MISSING,
              Kind.LAYER_METADATA_INVALID,
              Kind.LAYER_EMPTY,
              Kind.LAYER_PARENT_MISSING,
              Kind.LAYER_PARENT_CYCLE,
              Kind.DRIVER_DIRECTORY_EMPTY,
              Kind.CHAIN_ID_MISMATCH,
              Kind.MOUNT_INVALID,
              Kind.CONTAINER_MOUNT_MISSING);
      case DIRECTORY ->
          Stream.of(
              Kind.LAYER_MISSING,
              Kind.LAYER_PARENT_MISSING,
              Kind.LAYER_DIRECTORY_MISSING,
              Kind.SNAPSHOT_RECORD_MISSING,
              Kind.CACHE_ID_CONFLICT,
              Kind.MOUNT_INVALID,
              Kind.CONTAINER_MOUNT_MISSING);
      case LINK ->
          Stream.of(Kind.LAYER_DIRECTORY_MISSING, Kind.DRIVER_DIRECTORY_EMPTY, Kind.MOUNT_INVALID);
      case METADATA -> Stream.of(Kind.REFERENCE_DANGLING, Kind.IMAGE_PARENT_DANGLING);
      case BLOB -> Stream.of(Kind.REFERENCE_DANGLING);
      case REMOVAL, TRANSACTION, MOUNT, DOWNLOAD, STRAY -> Stream.empty();
    };
  }

  /// Whether a problem is about the layer that `leftover` is, or was before its removal began.
  private static boolean isTold(Leftover leftover, Obstacles obstacles) {
    return switch (leftover.kind()) {
      case LAYER, REMOVAL -> {
        String name = leftover.name();
        yield obstacles.told().contains(name.substring(0, Math.min(HEX_DIGITS, name.length())));
      }
      case TRANSACTION, DIRECTORY, LINK, MOUNT, METADATA, BLOB, DOWNLOAD, STRAY -> false;
    };
  }

  private static Problem problem(Leftover leftover) {
    String path = leftover.path();
    return switch (leftover.kind()) {
      case LAYER -> new Problem.LayerUnreferenced(new ChainId(digest(leftover)), path);
      case REMOVAL -> new Problem.LayerRemovalLeftover(path);
      case TRANSACTION -> new Problem.LayerTransactionLeftover(path);
      case DIRECTORY -> new Problem.OrphanDirectory(path);
      case LINK -> new Problem.OverlayLinkUnowned(path);
      case MOUNT -> new Problem.MountUnowned(path, leftover.name());
      case METADATA -> new Problem.ImageMetadataOrphan(new ImageId(digest(leftover)), path);
      case BLOB -> new ContainerdProblem.BlobOrphan(path);
      case DOWNLOAD -> new Problem.DownloadLeftover(path);
      case STRAY -> new Problem.StrayEntry(path);
    };
  }

  private static boolean isHeldBack(Leftover leftover, StoreSnapshot store, Obstacles obstacles) {
    return isUndecided(leftover, store, obstacles.kinds())
        || switch (leftover.kind()) {
          case LAYER -> obstacles.addsLayers();
          case DIRECTORY -> mayBeFilled(leftover, obstacles);
          case REMOVAL, TRANSACTION, LINK, MOUNT, METADATA, BLOB, DOWNLOAD, STRAY -> false;
        };
  }

  /// Whether it cannot be said whose `leftover` is.
  private static boolean isUndecided(Leftover leftover, StoreSnapshot store, Set<Kind> kinds) {
    return leftover.doubtful()
        || (leftover.kind() == Leftover.Kind.METADATA && !store.knows(StorePart.IMAGES))
        || causes(leftover.kind()).anyMatch(kinds::contains);
  }

  /// The kinds of leftovers that were found and not reported, since it cannot be said whose they
  /// are.
  static Stream<Kind> undecided(StoreSnapshot store, List<Problem> reported) {
    if (store.leftovers().isEmpty()) {
      return Stream.empty();
    }
    Set<Problem> known = Set.copyOf(reported);
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    reported.forEach(problem -> kinds.add(problem.kind()));
    return store.leftovers().stream()
        .filter(leftover -> isUndecided(leftover, store, kinds))
        .map(WasteChecks::problem)
        .filter(problem -> !known.contains(problem))
        .map(Problem::kind)
        .distinct();
  }

  /// Whether `leftover` may end in layers, or in the image of some.
  private static boolean addsLayers(Leftover leftover) {
    return leftover.kind() == Leftover.Kind.TRANSACTION
        || leftover.kind() == Leftover.Kind.DOWNLOAD;
  }

  /// Whether `directory` may be the content of a layer whose registration is at work.
  private static boolean mayBeFilled(Leftover directory, Obstacles obstacles) {
    return obstacles
        .registrationBegan()
        .filter(began -> began.minus(APART).isBefore(directory.lastChange()))
        .isPresent();
  }

  private static Digest digest(Leftover leftover) {
    return new Digest(leftover.name());
  }
}
