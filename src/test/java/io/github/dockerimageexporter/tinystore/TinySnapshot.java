package io.github.dockerimageexporter.tinystore;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.InvalidContainer;
import io.github.dockerimageexporter.model.InvalidImage;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.Parts;
import io.github.dockerimageexporter.snapshot.RecordPaths;
import io.github.dockerimageexporter.snapshot.Removal;
import io.github.dockerimageexporter.snapshot.Removal.DiskBytes;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.Unreadable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// A store that keeps all records in one database, and knows nothing of containers.
///
/// @param forgotten layers that the database itself says nothing uses
record TinySnapshot(
    PersistentMap<ImageId, Image> images,
    PersistentMap<ChainId, Layer> layers,
    List<Reference> references,
    PersistentMap<ChainId, LayerDirectory> layerDirectories,
    Set<ChainId> forgotten,
    Unreadable unreadable)
    implements StoreSnapshot {
  static final String DATABASE = "tiny/store.db";
  private static final String DIRECTORIES = "tiny/layers";

  @Override
  public String driver() {
    return "tiny";
  }

  @Override
  public StoreUse use() {
    return StoreUse.IN_USE;
  }

  @Override
  public RecordPaths paths() {
    return Paths.TINY;
  }

  @Override
  public Map<ImageId, InvalidImage> invalidImages() {
    return Map.of();
  }

  @Override
  public Map<ChainId, InvalidLayer> invalidLayers() {
    return Map.of();
  }

  @Override
  public int maxDepth() {
    return Integer.MAX_VALUE;
  }

  @Override
  public Optional<String> invalidReferences() {
    return Optional.empty();
  }

  @Override
  public List<Container> containers() {
    return List.of();
  }

  @Override
  public Map<String, InvalidContainer> invalidContainers() {
    return Map.of();
  }

  @Override
  public long mountCount() {
    return 0;
  }

  @Override
  public PersistentMap<Path, StoreDirectory> directories() {
    return Parts.directories(
        layerDirectories.values().stream()
            .filter(directory -> directory.content() == LayerDirectory.Content.PRESENT)
            .map(
                directory -> new StoreDirectory(directory.path(), Optional.empty(), 1, Owner.LAYER))
            .toList());
  }

  @Override
  public Map<String, Path> writableLayers() {
    return Map.of();
  }

  @Override
  public Set<Owner> owners() {
    return Set.of(Owner.LAYER, Owner.OTHER);
  }

  @Override
  public boolean lacksAllContent() {
    return !layers.isEmpty() && directories().isEmpty();
  }

  @Override
  public long bytesOutsideDirectories() {
    return 0;
  }

  @Override
  public boolean keepsLayersApart() {
    return true;
  }

  @Override
  public PersistentMap<ChainId, TarSplitFile> tarSplits() {
    return Parts.ofChains(Map.of());
  }

  @Override
  public Set<Need> unmet() {
    return unreadable.parts().stream().flatMap(TinySnapshot::needs).collect(toSet());
  }

  private static Stream<Need> needs(StorePart part) {
    return switch (part) {
      case IMAGES -> Stream.of(Need.IMAGE_LIST, Need.IMAGES, Need.METADATA);
      case LAYERS -> Stream.of(Need.LAYER_LIST, Need.LAYERS);
      case MOUNTS -> Stream.of(Need.MOUNT_LIST, Need.MOUNTS);
      case REFERENCES -> Stream.of(Need.REFERENCES, Need.REFERENCE_NAMES);
      case CONTAINERS -> Stream.of(Need.CONTAINER_LIST, Need.CONTAINERS);
      case DIRECTORIES -> Stream.of(Need.DIRECTORY_LIST, Need.DIRECTORIES);
    };
  }

  @Override
  public Optional<Instant> lastChange() {
    return Optional.empty();
  }

  /// By rules of its own: every layer is compressed to half of its size.
  @Override
  public ImageSizes imageSizes(LayerGraph graph, Intermediates intermediates) {
    return new HalfSizes();
  }

  /// Nothing is ever deleted.
  @Override
  public Removal removal(LayerGraph graph, Intermediates intermediates, DiskBytes bytes) {
    return _ -> OptionalLong.of(0);
  }

  @Override
  public TinySnapshot with(PersistentMap<Path, StoreDirectory> directories, Unreadable unread) {
    return new TinySnapshot(images, layers, references, layerDirectories, forgotten, unread);
  }

  private final class HalfSizes implements ImageSizes {
    @Override
    public OptionalLong sizeOf(Image image) {
      return OptionalLong.of(sum(image.layers()));
    }

    @Override
    public OptionalLong sharedSizeOf(Image image) {
      return OptionalLong.of(0);
    }

    @Override
    public OptionalLong uniqueSizeOf(Image image) {
      return sizeOf(image);
    }

    @Override
    public OptionalLong dangling() {
      return OptionalLong.of(0);
    }

    @Override
    public OptionalLong total() {
      return OptionalLong.of(sum(List.copyOf(layers.keySet())));
    }

    @Override
    public OptionalLong reclaimable() {
      return OptionalLong.empty();
    }

    private long sum(List<ChainId> chain) {
      return chain.stream()
          .flatMap(id -> Optional.ofNullable(layers.get(id)).stream())
          .mapToLong(layer -> layer.sizeBytes() / 2)
          .sum();
    }
  }

  private enum Paths implements RecordPaths {
    TINY;

    @Override
    public String references() {
      return DATABASE;
    }

    @Override
    public String imageConfig(ImageId id) {
      return DATABASE;
    }

    @Override
    public String imageParent(ImageId id) {
      return DATABASE;
    }

    @Override
    public String layer(ChainId id) {
      return DATABASE;
    }

    @Override
    public String layerParent(ChainId id) {
      return DATABASE;
    }

    @Override
    public String layerDirectoryName(ChainId id) {
      return DATABASE;
    }

    @Override
    public String directories() {
      return DIRECTORIES;
    }
  }
}
