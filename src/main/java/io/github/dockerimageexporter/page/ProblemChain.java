package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.observation.Consistency;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The layers that a problem is told by: those of an image on the platform that has it, or those
/// below a layer of no image.
///
/// @param image whose layers they are
/// @param platform which of the image's platforms it is, if it has several
/// @param links the topmost first
record ProblemChain(Optional<ImageId> image, Optional<Platform> platform, List<Link> links) {

  /// What can be said of a layer in its chain.
  enum State {
    INTACT,
    /// Its own record is at fault.
    BROKEN,
    /// It depends on one that is.
    ON_BROKEN,
    /// It, or a layer that it depends on, cannot be read.
    UNKNOWN;

    /// The state of what has no problem of its own.
    static State of(Consistency consistency) {
      return switch (consistency) {
        case INCONSISTENT -> ON_BROKEN;
        case UNKNOWN -> UNKNOWN;
        case CONSISTENT -> INTACT;
      };
    }
  }

  /// @param height 1 for the lowest
  /// @param problems those of the layer's own record
  record Link(
      int height, ChainId layer, Optional<Layer> record, State state, List<Kind> problems) {}

  /// The chain to show with `problem`; empty if it is about no chain.
  ///
  /// @param affected the images it touches
  static Optional<ProblemChain> of(StoreView view, Problem problem, List<ImageId> affected) {
    Optional<Image> shown = named(view, affected).or(() -> any(view, affected));
    if (shown.isPresent()) {
      ImageManifest damaged = damaged(view, problem, shown.get());
      return Optional.of(
          new ProblemChain(
              Optional.of(shown.get().id()),
              Optional.of(damaged.platform()).filter(_ -> shown.get().manifests().size() > 1),
              links(view, damaged.rootFs().chainIds())));
    }
    return problem.layers().stream()
        .findFirst()
        .map(
            layer ->
                new ProblemChain(
                    Optional.empty(),
                    Optional.empty(),
                    links(view, downFrom(view, layer).reversed())));
  }

  /// The platform with a layer that the problem is about; else one that is damaged by it, else the
  /// one that Docker runs.
  private static ImageManifest damaged(StoreView view, Problem problem, Image image) {
    return having(image, Set.copyOf(problem.layers())::contains)
        .or(() -> having(image, layer -> state(view, layer) != State.INTACT))
        .orElse(image.manifests().getFirst());
  }

  private static Optional<ImageManifest> having(Image image, Predicate<ChainId> layer) {
    return image.manifests().stream()
        .filter(manifest -> manifest.rootFs().chainIds().stream().anyMatch(layer))
        .findFirst();
  }

  private static Optional<Image> named(StoreView view, List<ImageId> affected) {
    return images(view, affected).filter(image -> !view.namesOf(image.id()).isEmpty()).findFirst();
  }

  private static Optional<Image> any(StoreView view, List<ImageId> affected) {
    return images(view, affected).findFirst();
  }

  private static Stream<Image> images(StoreView view, List<ImageId> affected) {
    return affected.stream().flatMap(id -> Stream.ofNullable(view.store().images().get(id)));
  }

  /// `top` and all below it, as far as the layer store knows.
  private static List<ChainId> downFrom(StoreView view, ChainId top) {
    var passed = new HashSet<ChainId>();
    var chain = new ArrayList<ChainId>();
    Optional<ChainId> next = Optional.of(top);
    while (next.isPresent() && passed.add(next.get())) {
      chain.add(next.get());
      next = Optional.ofNullable(view.store().layers().get(next.get())).flatMap(Layer::parent);
    }
    return chain;
  }

  private static List<Link> links(StoreView view, List<ChainId> lowestFirst) {
    var links = new ArrayList<Link>();
    for (int i = lowestFirst.size() - 1; i >= 0; i--) {
      ChainId layer = lowestFirst.get(i);
      links.add(
          new Link(
              i + 1,
              layer,
              Optional.ofNullable(view.store().layers().get(layer)),
              state(view, layer),
              view.problemsOf(layer)));
    }
    return List.copyOf(links);
  }

  static State state(StoreView view, ChainId layer) {
    if (!view.problemsOf(layer).isEmpty()) {
      return State.BROKEN;
    }
    return State.of(view.consistency().of(layer));
  }
}
