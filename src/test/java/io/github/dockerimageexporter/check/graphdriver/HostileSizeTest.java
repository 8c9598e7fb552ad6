package io.github.dockerimageexporter.check.graphdriver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.Parts;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.Unreadable;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Stores in which everything is wrong at once: what the checks do grows with the store, not with
/// its square. Each takes well below a second, and minutes if two of its lists are compared item by
/// item.
@Timeout(30)
class HostileSizeTest {
  private static final int MANY = 20_000;
  private static final GraphDriverLayout LAYOUT = new GraphDriverLayout("", "overlay2");

  private final Map<ChainId, Layer> layers = new TreeMap<>();
  private final Map<ChainId, InvalidLayer> invalidLayers = new TreeMap<>();
  private final Map<ChainId, LayerDirectory> directories = new TreeMap<>();
  private final Map<ChainId, TarSplitFile> tarSplits = new TreeMap<>();
  private final List<Container> containers = new ArrayList<>();
  private final List<Leftover> leftovers = new ArrayList<>();

  @Test
  void everyDirectoryIsNamedByTwoLayers() {
    for (int i = 0; i < MANY; i++) {
      add(Optional.empty(), "directory-" + i / 2, i);
    }

    assertThat(report().count(Kind.CACHE_ID_CONFLICT)).isEqualTo(MANY / 2);
  }

  @Test
  void allLayersNameOneDirectory() {
    for (int i = 0; i < MANY; i++) {
      add(Optional.empty(), "directory", i);
    }

    assertThat(report().count(Kind.CACHE_ID_CONFLICT)).isEqualTo(1);
  }

  @Test
  void allLayersFormOneRing() {
    for (int i = 0; i < MANY; i++) {
      ChainId parent = chainId((i + 1) % MANY);
      add(Layer.of(chainId(i), diffId(i), Optional.of(parent), new CacheId("d-" + i), 1));
    }

    assertThat(report().count(Kind.LAYER_PARENT_CYCLE)).isEqualTo(1);
  }

  @Test
  void layersFormRingsOfTwo() {
    for (int i = 0; i < MANY; i++) {
      add(Layer.of(chainId(i), diffId(i), Optional.of(chainId(i ^ 1)), new CacheId("d-" + i), 1));
    }

    assertThat(report().count(Kind.LAYER_PARENT_CYCLE)).isEqualTo(MANY / 2);
  }

  @Test
  void everyLayerIsInvalidAndBesideItIsALeftoverOfItsName() {
    for (int i = 0; i < MANY; i++) {
      ChainId id = chainId(i);
      invalidLayers.put(
          id, new InvalidLayer(id, LAYOUT.layer(id), Optional.empty(), "size: missing", false));
      leftover(Leftover.Kind.REMOVAL, LAYOUT.layer(id) + "-1-removing");
    }

    assertThat(report().findings()).hasSize(MANY);
  }

  @Test
  void everyUnusedLayerWaitsForEveryRegistration() {
    for (int i = 0; i < MANY; i++) {
      add(Optional.empty(), "directory-" + i, i);
      leftover(Leftover.Kind.LAYER, LAYOUT.layer(chainId(i)));
      leftover(Leftover.Kind.DIRECTORY, "overlay2/" + chainId(i).digest().hex());
      leftover(Leftover.Kind.MOUNT, LAYOUT.mounts() + "/" + i, Instant.MAX);
    }
    leftover(Leftover.Kind.TRANSACTION, LAYOUT.transactions() + "/write-set-1", Instant.MAX);

    assertThat(report().count(Kind.ORPHAN_DIRECTORY)).isEqualTo(MANY);
    assertThat(report().count(Kind.LAYER_UNREFERENCED)).isZero();
  }

  @Test
  void everyContainerIsWithoutItsMount() {
    for (int i = 0; i < MANY; i++) {
      containers.add(
          new Container(
              Digest.of("container " + i).hex(), "", new ImageId(Digest.of("image")), false));
    }

    assertThat(report().count(Kind.CONTAINER_MOUNT_MISSING)).isEqualTo(MANY);
  }

  private void add(Optional<ChainId> parent, String cacheId, int number) {
    add(Layer.of(chainId(number), diffId(number), parent, new CacheId(cacheId), 1));
  }

  private void add(Layer layer) {
    ChainId id = layer.chainId();
    layers.put(id, layer);
    Path directory = Path.of("/var/lib/docker/overlay2", layer.cacheId().value());
    directories.put(
        id, new LayerDirectory(directory, "overlay2", "diff", LayerDirectory.Content.PRESENT));
    tarSplits.put(id, new TarSplitFile(directory, "file", 1));
  }

  private void leftover(Leftover.Kind kind, String path) {
    leftover(kind, path, Instant.EPOCH);
  }

  private void leftover(Leftover.Kind kind, String path, Instant changed) {
    leftovers.add(new Leftover(kind, path, changed, changed, false));
  }

  private static ChainId chainId(int number) {
    return ChainId.ofBase(diffId(number));
  }

  private static DiffId diffId(int number) {
    return new DiffId(Digest.of("layer " + number));
  }

  private Report report() {
    var store =
        new GraphDriverSnapshot(
            LAYOUT,
            StoreUse.IN_USE,
            Parts.images(Map.of()),
            Map.of(),
            Parts.ofChains(layers),
            invalidLayers,
            Map.of(),
            Map.of(),
            List.of(),
            Optional.empty(),
            containers,
            Map.of(),
            Parts.ofChains(directories),
            Parts.ofCacheIds(Map.of()),
            Parts.ofChains(tarSplits),
            Parts.directories(List.of()),
            Optional.of(Set.of()),
            0,
            leftovers,
            Unreadable.NOTHING,
            Optional.empty());
    return Checking.observe(store, Instant.EPOCH.plusSeconds(1)).report();
  }
}
