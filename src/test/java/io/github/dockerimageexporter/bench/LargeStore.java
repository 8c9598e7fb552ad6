package io.github.dockerimageexporter.bench;

import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.Parts;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.Unreadable;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A sound store of any size, all of it measured: images of equal height, each on layers of its
/// own.
public final class LargeStore {
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
  private static final GraphDriverLayout LAYOUT = new GraphDriverLayout("", "overlay2");

  private final Map<ImageId, Image> images = new TreeMap<>();
  private final Map<ChainId, Layer> layers = new TreeMap<>();

  private LargeStore() {}

  public static Observation observe(int images, int layersPerImage) {
    var store = new LargeStore();
    IntStream.range(0, images).forEach(image -> store.addImage(image, layersPerImage));
    return new Observation(
        Path.of("/var/lib/docker"),
        DataRootState.GRAPHDRIVER,
        "",
        TIME,
        List.of(store.observation()),
        Map.of());
  }

  private void addImage(int number, int layersPerImage) {
    var diffIds = new ArrayList<DiffId>();
    Optional<ChainId> parent = Optional.empty();
    for (int i = 0; i < layersPerImage; i++) {
      var diffId = new DiffId(Digest.of(number + "/" + i));
      ChainId chainId = parent.map(p -> p.with(diffId)).orElseGet(() -> ChainId.ofBase(diffId));
      var cacheId = new CacheId(Digest.of("cache " + chainId).hex());
      layers.put(chainId, Layer.of(chainId, diffId, parent, cacheId, 1_000_000L + number + i));
      diffIds.add(diffId);
      parent = Optional.of(chainId);
    }
    var id = new ImageId(Digest.of("image " + number));
    images.put(
        id,
        new Image(
            id,
            id.digest(),
            List.of(new ImageManifest(new Platform("linux", "amd64", ""), new RootFs(diffIds))),
            Optional.of(TIME),
            Optional.empty(),
            Optional.of(TIME)));
  }

  private ObservedStore observation() {
    Map<ChainId, LayerDirectory> directories = new TreeMap<>();
    layers.forEach((id, layer) -> directories.put(id, directoryOf(layer)));
    var store =
        new GraphDriverSnapshot(
            LAYOUT,
            StoreUse.IN_USE,
            Parts.images(images),
            Map.of(),
            Parts.ofChains(layers),
            Map.of(),
            Map.of(),
            Map.of(),
            images.keySet().stream()
                .map(
                    id ->
                        new Reference(
                            "app/" + id.digest().hex().substring(0, 8) + ":1", id.toString()))
                .toList(),
            Optional.empty(),
            List.of(),
            Map.of(),
            Parts.ofChains(directories),
            Parts.ofCacheIds(Map.of()),
            Parts.ofChains(Map.of()),
            Parts.directories(
                directories.values().stream()
                    .map(d -> new StoreDirectory(d.path(), Optional.of("diff"), 1, Owner.LAYER))
                    .toList()),
            Optional.of(Set.of()),
            0,
            List.of(),
            Unreadable.NOTHING,
            Optional.of(TIME));
    return Checking.observe(store, List.of())
        .withUsages(
            Parts.usages(
                directories.values().stream()
                    .collect(
                        toMap(
                            LayerDirectory::path,
                            _ -> new DirectoryUsage(1_000_000, 1_200_128, 321, 0)))));
  }

  private static LayerDirectory directoryOf(Layer layer) {
    String name = layer.cacheId().value();
    return new LayerDirectory(
        Path.of("/var/lib/docker", LAYOUT.driverHome(), name),
        LAYOUT.driverHome(),
        "diff",
        Content.PRESENT);
  }
}
