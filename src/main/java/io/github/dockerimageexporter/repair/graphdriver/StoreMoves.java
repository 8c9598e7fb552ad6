package io.github.dockerimageexporter.repair.graphdriver;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.InvalidImage;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.repair.plan.GraphDriverStep;
import io.github.dockerimageexporter.repair.plan.SafeNames;
import io.github.dockerimageexporter.repair.plan.ScannedState;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.InvalidMount;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Takes layers, images and containers out of the store, each with all of its files.
final class StoreMoves {
  private final GraphDriverSnapshot store;
  private final LayerGraph graph;
  private final Set<ChainId> moved;
  private final Set<CacheId> kept;
  private final Set<CacheId> taken;
  private final List<String> losses = new ArrayList<>();

  /// @param moved the layers that go
  StoreMoves(GraphDriverSnapshot store, LayerGraph graph, Set<ChainId> moved) {
    this.store = store;
    this.graph = graph;
    this.moved = moved;
    this.kept =
        store.layers().values().stream()
            .filter(layer -> !moved.contains(layer.chainId()))
            .map(Layer::cacheId)
            .collect(toSet());
    this.taken =
        moved.stream()
            .flatMap(layer -> directoryOf(layer).stream())
            .filter(directory -> !kept.contains(directory))
            .collect(toSet());
  }

  List<String> losses() {
    return losses;
  }

  /// Whether the directory goes with a layer.
  boolean takes(CacheId id) {
    return taken.contains(id);
  }

  /// The topmost layers first, so that nothing ever stands on what is gone.
  void layers(Steps steps) {
    moved.stream()
        .sorted(comparingInt(this::height).reversed().thenComparing(layer -> layer))
        .forEach(layer -> layer(layer, steps));
  }

  private void layer(ChainId id, Steps steps) {
    if (!store.hasLayer(id)) {
      return;
    }
    String path = store.layout().layer(id);
    steps.add(new GraphDriverStep.MoveAside(path, false, seen(id, path)));
    directoryOf(id)
        .filter(taken::contains)
        .map(GraphDriverStep.MoveDirectoryAside::new)
        .ifPresent(steps::add);
  }

  private List<ScannedState> seen(ChainId id, String path) {
    Layer layer = store.layers().get(id);
    if (layer != null) {
      return List.of(
          new ScannedState.Text(path + "/diff", layer.diffId().toString()),
          new ScannedState.Text(path + "/cache-id", layer.cacheId().value()));
    }
    InvalidLayer invalid = store.invalidLayers().get(id);
    return invalid != null && invalid.empty()
        ? List.of(new ScannedState.EmptyDirectory(path))
        : List.of(new ScannedState.Something(path));
  }

  private Optional<CacheId> directoryOf(ChainId id) {
    Layer layer = store.layers().get(id);
    Optional<CacheId> directory =
        layer != null
            ? Optional.of(layer.cacheId())
            : Optional.ofNullable(store.invalidLayers().get(id)).flatMap(InvalidLayer::cacheId);
    return directory.filter(SafeNames::isDirectory);
  }

  /// The height in the chain, by the layers' records or by those of an image.
  private int height(ChainId id) {
    return graph
        .heightOf(id)
        .orElseGet(
            () ->
                graph.imagesOf(id).stream()
                    .map(store.images()::get)
                    .mapToInt(
                        image -> image == null ? 0 : image.rootFs().chainIds().indexOf(id) + 1)
                    .max()
                    .orElse(0));
  }

  /// The configuration of an image, and what is noted beside it.
  void image(ImageId id, Steps steps) {
    String path = store.layout().imageConfig(id);
    if (store.hasImage(id)) {
      steps.add(GraphDriverStep.MoveAside.of(path, seen(id, path)));
    }
    steps.add(
        GraphDriverStep.MoveAside.ifThere(
            store.layout().imageMetadata() + "/" + id.digest().hex()));
  }

  private ScannedState seen(ImageId id, String path) {
    Image image = store.images().get(id);
    if (image != null) {
      return new ScannedState.Hash(path, image.contentDigest());
    }
    return Optional.ofNullable(store.invalidImages().get(id))
        .flatMap(InvalidImage::contentDigest)
        .<ScannedState>map(digest -> new ScannedState.Hash(path, digest))
        .orElseGet(() -> new ScannedState.Something(path));
  }

  /// Forgets that an image was built on one that is gone.
  void parent(ImageId image, ImageId parent, Steps steps) {
    String path = store.layout().imageParent(image);
    steps.add(GraphDriverStep.MoveAside.of(path, new ScannedState.Text(path, parent.toString())));
  }

  /// A container's files, its mount record and its two directories in the driver.
  void container(String id, Steps steps) {
    if (!SafeNames.isContainerId(id)) {
      steps.add(
          new GraphDriverStep.Note(
              "no command for the mount " + Quote.line(id) + ": its name is not a container ID"));
      return;
    }
    List<CacheId> directories = directoriesOf(id).filter(SafeNames::isDirectory).toList();
    steps.add(GraphDriverStep.MoveAside.ifThere(store.layout().containers() + "/" + id));
    steps.add(GraphDriverStep.MoveAside.ifThere(store.layout().mounts() + "/" + id));
    directories.stream().map(GraphDriverStep.MoveDirectoryAside::new).forEach(steps::add);
    losses.add(
        "Container "
            + id
            + ": Docker forgets it. "
            + directories.stream()
                .findFirst()
                .map(directory -> "What it wrote is kept in " + written(directory) + ".")
                .orElse("What it wrote is in a driver directory that no record names.")
            + " While it runs, docker cp can copy it out; create the container again afterwards.");
  }

  private String written(CacheId directory) {
    return store.layout().driverHome()
        + (store.overlayRecords().isEmpty() ? "/.../" + directory : "/" + directory + "/diff")
        + " below the moved-aside directory";
  }

  private Stream<CacheId> directoriesOf(String mount) {
    RwLayer valid = store.mounts().get(mount);
    if (valid != null) {
      return Stream.concat(Stream.of(valid.mountId()), valid.initId().stream());
    }
    InvalidMount invalid = store.invalidMounts().get(mount);
    return invalid == null
        ? Stream.empty()
        : Stream.concat(invalid.mountId().stream(), invalid.initId().stream());
  }
}
