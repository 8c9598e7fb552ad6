package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Remnant;
import io.github.dockerimageexporter.model.StorePart;
import io.github.dockerimageexporter.model.StoreSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What no image, layer or container answers for, once it is too old to be at work.
///
/// | remnant             | held back, however old it is, while                                  |
/// |---------------------|----------------------------------------------------------------------|
/// | an unused layer     | any pull, load or build is at work; any image may use it             |
/// | an unowned directory| a layer is being registered that began before its last change        |
///
/// Source: moby, `daemon/internal/layer/layer_store.go`, which cleans up nothing but what a clean
/// stop finds half removed.
final class WasteChecks {
  /// More than lies between the making of a layer's directory and of its record, in either order.
  private static final Duration APART = Duration.ofMinutes(1);

  private WasteChecks() {}

  /// @param grace what has changed since then may still be at work
  static Stream<Problem> remnants(StoreSnapshot store, Instant grace) {
    if (store.remnants().isEmpty()) {
      return Stream.empty();
    }
    List<Remnant> atWork =
        store.remnants().stream().filter(remnant -> remnant.lastChange().isAfter(grace)).toList();
    return store.remnants().stream()
        .filter(remnant -> !remnant.lastChange().isAfter(grace))
        .flatMap(remnant -> problem(remnant, store, atWork).stream());
  }

  private static Optional<Problem> problem(
      Remnant remnant, StoreSnapshot store, List<Remnant> atWork) {
    String path = remnant.path();
    return switch (remnant.kind()) {
      case LAYER ->
          Optional.<Problem>of(new Problem.LayerUnreferenced(new ChainId(digest(remnant)), path))
              .filter(_ -> atWork.stream().noneMatch(WasteChecks::addsLayers) && knowsUsers(store));
      case REMOVAL -> Optional.of(new Problem.LayerRemovalLeftover(path));
      case TRANSACTION -> Optional.of(new Problem.LayerTransactionLeftover(path));
      case DIRECTORY ->
          Optional.<Problem>of(new Problem.OrphanDirectory(path))
              .filter(_ -> atWork.stream().noneMatch(other -> mayFill(other, remnant)));
      case LINK -> Optional.of(new Problem.OverlayLinkUnowned(path));
      case MOUNT -> Optional.of(new Problem.MountUnowned(path, remnant.name()));
      case METADATA ->
          Optional.<Problem>of(new Problem.ImageMetadataOrphan(new ImageId(digest(remnant)), path))
              .filter(_ -> store.knows(StorePart.IMAGES));
      case DOWNLOAD -> Optional.of(new Problem.DownloadLeftover(path));
      case STRAY -> Optional.of(new Problem.StrayEntry(path));
    };
  }

  /// Whether `remnant` may end in layers, or in the image of some.
  private static boolean addsLayers(Remnant remnant) {
    return remnant.kind() == Remnant.Kind.TRANSACTION || remnant.kind() == Remnant.Kind.DOWNLOAD;
  }

  /// Whether `other` may be the registration of the layer whose content `directory` is.
  private static boolean mayFill(Remnant other, Remnant directory) {
    return other.kind() == Remnant.Kind.TRANSACTION
        && other.began().minus(APART).isBefore(directory.lastChange());
  }

  /// Whether every image and mount says what layers it uses. What does not is a problem of its own,
  /// and the layers it leaves unused are a consequence of that.
  private static boolean knowsUsers(StoreSnapshot store) {
    return store.knows(StorePart.IMAGES)
        && store.knows(StorePart.MOUNTS)
        && store.unreadable().images().isEmpty()
        && store.unreadable().layers().isEmpty()
        && store.invalidImages().isEmpty()
        && store.invalidLayers().isEmpty()
        && store.images().values().stream().allMatch(Image::hasIntactConfig)
        && ReferenceChecks.danglingReferences(store).findAny().isEmpty();
  }

  private static Digest digest(Remnant remnant) {
    return new Digest(remnant.name());
  }
}
