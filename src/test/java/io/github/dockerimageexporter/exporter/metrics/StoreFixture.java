package io.github.dockerimageexporter.exporter.metrics;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.InvalidImage;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.observation.HiddenBytes;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.Parts;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.Unreadable;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Builds an observed store by hand.
///
/// Layers are named by short words: a layer's diff ID is the digest of its word, its cache ID is
/// the word itself, and its recorded size is what the word is followed by, as in `base:100`.
public final class StoreFixture {
  public static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  public static final Path DATA_ROOT = Path.of("/var/lib/docker");

  private final GraphDriverLayout layout;
  private ScrubState scrub = ScrubState.NONE;
  private final Map<ChainId, Map<ChainId, Long>> hidden = new HashMap<>();
  private final Map<ImageId, Image> images = new TreeMap<>();
  private final Map<ImageId, InvalidImage> invalidImages = new TreeMap<>();
  private final Map<ChainId, Layer> layers = new TreeMap<>();
  private final Map<ChainId, InvalidLayer> invalidLayers = new TreeMap<>();
  private final Map<String, RwLayer> mounts = new TreeMap<>();
  private final List<Reference> references = new ArrayList<>();
  private final List<Container> containers = new ArrayList<>();
  private final Map<ChainId, LayerDirectory> layerDirectories = new TreeMap<>();
  private final List<StoreDirectory> directories = new ArrayList<>();
  private final Map<Path, DirectoryUsage> usages = new HashMap<>();
  private final Set<StorePart> unknown = EnumSet.noneOf(StorePart.class);
  private StoreUse use = StoreUse.IN_USE;
  private final Set<ChainId> unreadableLayers = new TreeSet<>();
  private final Set<ImageId> unreadableImages = new TreeSet<>();

  private Optional<Set<ChainId>> cachedLayers = Optional.of(Set.of());

  public StoreFixture() {
    this("overlay2");
  }

  public StoreFixture(String driver) {
    this.layout = new GraphDriverLayout("", driver);
  }

  public static ImageId imageId(String name) {
    return new ImageId(Digest.of(name));
  }

  static DiffId diffId(String word) {
    return new DiffId(Digest.of(word));
  }

  /// The chain of layers with these words.
  public static ChainId chain(String... words) {
    return new RootFs(List.of(words).stream().map(StoreFixture::diffId).toList())
        .chainIds()
        .getLast();
  }

  /// Adds an image and whatever of its layers is not there yet, lowest first.
  public ImageId image(String name, String... layers) {
    return image(name, Optional.empty(), layers);
  }

  /// An image that was built on another.
  public ImageId child(String name, String parent, String... layers) {
    return image(name, Optional.of(imageId(parent)), layers);
  }

  private ImageId image(String name, Optional<ImageId> parent, String... sized) {
    var diffIds = new ArrayList<DiffId>();
    for (String layer : sized) {
      String word = layer.substring(0, layer.indexOf(':'));
      Optional<ChainId> below =
          diffIds.isEmpty()
              ? Optional.empty()
              : Optional.of(new RootFs(diffIds).chainIds().getLast());
      diffIds.add(diffId(word));
      addLayer(word, below, Long.parseLong(layer.substring(layer.indexOf(':') + 1)));
    }
    ImageId id = imageId(name);
    images.put(
        id,
        new Image(
            id,
            id.digest(),
            List.of(new ImageManifest(new Platform("linux", "amd64", ""), new RootFs(diffIds))),
            Optional.of(NOON),
            parent,
            Optional.empty()));
    return id;
  }

  private void addLayer(String word, Optional<ChainId> below, long size) {
    DiffId diffId = diffId(word);
    ChainId chainId = below.map(b -> b.with(diffId)).orElseGet(() -> ChainId.ofBase(diffId));
    layers.put(chainId, Layer.of(chainId, diffId, below, new CacheId(word), size));
    layerDirectories.put(
        chainId,
        new LayerDirectory(
            path(word), layout.driverHome(), "diff", LayerDirectory.Content.PRESENT));
    directory(word, Owner.LAYER);
  }

  public StoreFixture directory(String name, Owner owner) {
    var directory = new StoreDirectory(path(name), Optional.of("diff"), 1, owner);
    if (!directories.contains(directory)) {
      directories.add(directory);
    }
    return this;
  }

  public StoreFixture measured(String name, long contentBytes, long diskBytes, long inodes) {
    return measured(name, new DirectoryUsage(contentBytes, diskBytes, inodes, 0));
  }

  public StoreFixture measured(String name, DirectoryUsage usage) {
    usages.put(path(name), usage);
    return this;
  }

  public StoreFixture reference(String name, String image) {
    references.add(new Reference(name, imageId(image).toString()));
    return this;
  }

  /// A container of `image` with its mount: the directories are `id` and `<id>-init`.
  public StoreFixture container(String id, String image) {
    ImageId imageId = imageId(image);
    String init = id + "-init";
    Optional<ChainId> top =
        Optional.of(requireNonNull(images.get(imageId)).rootFs().chainIds().getLast());
    containers.add(new Container(id, "name-of-" + id, imageId, false));
    mounts.put(id, new RwLayer(id, new CacheId(id), Optional.of(new CacheId(init)), top));
    return directory(id, Owner.MOUNT).directory(init, Owner.MOUNT);
  }

  /// Takes a container away, and leaves its mount.
  public StoreFixture withoutContainer(String id) {
    containers.removeIf(container -> container.id().equals(id));
    return this;
  }

  public StoreFixture invalidImage(String name) {
    ImageId id = imageId(name);
    invalidImages.put(id, new InvalidImage(id, Optional.empty(), "not JSON"));
    return this;
  }

  StoreFixture invalidLayer(String word) {
    ChainId id = chain(word);
    invalidLayers.put(
        id, new InvalidLayer(id, layout.layer(id) + "/size", Optional.empty(), "empty", false));
    return this;
  }

  /// Takes a layer's record away, and leaves everything that needs it.
  public StoreFixture without(ChainId layer) {
    layers.remove(layer);
    layerDirectories.remove(layer);
    return this;
  }

  public StoreFixture withoutContent(ChainId layer) {
    content(layer, LayerDirectory.Content.ABSENT);
    return this;
  }

  private void content(ChainId layer, LayerDirectory.Content content) {
    layerDirectories.computeIfPresent(
        layer,
        (_, directory) ->
            new LayerDirectory(directory.path(), directory.home(), directory.below(), content));
  }

  public StoreFixture scrubbed(ScrubState state) {
    scrub = state;
    return this;
  }

  /// What a layer hides of those below it.
  public StoreFixture hides(ChainId upper, Map<ChainId, Long> bytes) {
    hidden.put(upper, bytes);
    return this;
  }

  public StoreFixture use(StoreUse use) {
    this.use = use;
    return this;
  }

  public StoreFixture unknown(StorePart part) {
    unknown.add(part);
    return this;
  }

  /// A layer that is there and cannot be read.
  public StoreFixture unreadable(ChainId layer) {
    unreadableLayers.add(layer);
    return without(layer);
  }

  /// Takes an image away, and leaves its layers.
  public StoreFixture withoutImage(String name) {
    images.remove(imageId(name));
    return this;
  }

  /// An image whose configuration is there and cannot be read.
  public StoreFixture unreadableImage(String name) {
    unreadableImages.add(imageId(name));
    images.remove(imageId(name));
    return this;
  }

  /// Layers that BuildKit's cache holds, and no others.
  public StoreFixture cached(ChainId... held) {
    cachedLayers = Optional.of(Set.of(held));
    return this;
  }

  /// A build cache that cannot be read.
  public StoreFixture unknownCache() {
    cachedLayers = Optional.empty();
    return this;
  }

  /// A layer whose directory is there and cannot be looked into.
  public StoreFixture closedDirectory(ChainId layer) {
    content(layer, LayerDirectory.Content.UNREADABLE);
    return this;
  }

  ObservedStore observe() {
    Map<String, String> reasons = new HashMap<>();
    unknown.forEach(part -> reasons.put(pathOf(part), "permission denied"));
    unreadableImages.forEach(id -> reasons.put(layout.imageConfig(id), "permission denied"));
    unreadableLayers.forEach(layer -> reasons.put(layout.layer(layer), "permission denied"));
    var store =
        new GraphDriverSnapshot(
            layout,
            use,
            Parts.images(images),
            invalidImages,
            Parts.ofChains(layers),
            invalidLayers,
            mounts,
            Map.of(),
            references,
            Optional.empty(),
            containers,
            Map.of(),
            Parts.ofChains(layerDirectories),
            Parts.ofCacheIds(Map.of()),
            Parts.ofChains(sound(layers.keySet())),
            Parts.directories(directories),
            cachedLayers,
            0,
            List.of(),
            new Unreadable(unknown, unreadableImages, unreadableLayers, reasons),
            Optional.of(NOON));
    return Checking.observe(store, NOON)
        .withUsages(Parts.usages(usages))
        .withScrub(scrub)
        .withHidden(new HiddenBytes(Parts.ofChains(hidden)));
  }

  public Observation observation() {
    return observation(this);
  }

  public static Observation observation(StoreFixture... stores) {
    return new Observation(
        DATA_ROOT,
        DataRootState.GRAPHDRIVER,
        "",
        NOON,
        List.of(stores).stream().map(StoreFixture::observe).toList(),
        Map.of());
  }

  private static Map<ChainId, TarSplitFile> sound(Set<ChainId> layers) {
    return layers.stream()
        .collect(
            toMap(
                layer -> layer,
                layer ->
                    new TarSplitFile(Path.of(""), layer.digest().hex() + "/tar-split.json.gz", 1)));
  }

  private String pathOf(StorePart part) {
    return switch (part) {
      case IMAGES -> layout.imageConfigs();
      case LAYERS -> layout.layers();
      case MOUNTS -> layout.mounts();
      case REFERENCES -> layout.references();
      case CONTAINERS -> layout.containers();
      case DIRECTORIES -> layout.driverHome();
    };
  }

  private Path path(String name) {
    return DATA_ROOT.resolve(layout.driverHome()).resolve(name);
  }
}
