package io.github.dockerimageexporter.demo;

import static io.github.dockerimageexporter.demo.StoreFiles.DRIVER_DIRECTORY;
import static io.github.dockerimageexporter.demo.StoreFiles.PRIVATE_DIRECTORY;
import static io.github.dockerimageexporter.demo.StoreFiles.PRIVATE_FILE;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A small, healthy Docker data root, written as dockerd writes it: same files, same order.
///
/// Layers are named by short words, from which their content follows, and so every ID: building
/// the same sample twice gives the same names. All methods throw [java.io.UncheckedIOException] if
/// the disk does not take what they write.
///
/// Source: moby, `image/fs.go`, `image/store.go`, `reference/store.go`, `daemon/image_delete.go`.
public final class SampleStore {
  /// When every image was created and tagged.
  public static final Instant CREATED = SampleLayer.MODIFIED;

  private final Path dataRoot;
  private final GraphDriverLayout layout;
  private final LayerDirectories directories;
  private final LayerDb layerDb;
  private final References references;
  private final Map<ImageId, RootFs> images = new HashMap<>();
  private final Map<String, RootFs> mounted = new HashMap<>();

  /// An empty store of overlay2 in `dataRoot`.
  public SampleStore(Path dataRoot) {
    this(dataRoot, "overlay2");
  }

  /// An empty store of `driver`: overlay2, fuse-overlayfs, vfs or btrfs.
  public SampleStore(Path dataRoot, String driver) {
    this(dataRoot, new GraphDriverLayout("", driver));
  }

  /// An empty store at `layout`, for instance in a remapped root.
  public SampleStore(Path dataRoot, GraphDriverLayout layout) {
    this.dataRoot = dataRoot;
    this.layout = layout;
    directories = LayerDirectories.of(layout.graphDriver(), dataRoot.resolve(layout.driverHome()));
    layerDb = new LayerDb(dataRoot.resolve(layout.imageHome(), "layerdb"), directories);
    references = new References(repositories());
    start();
  }

  public static DiffId diffId(String word) {
    return new SampleLayer(word).diffId();
  }

  /// The chain of the layers named by `words`, lowest first.
  public static ChainId chainId(String... words) {
    return rootFs(words).chainIds().getLast();
  }

  /// The driver's directory of the topmost of `words`, when it stands on the others.
  public static CacheId cacheId(String... words) {
    return LayerDb.cacheId(chainId(words));
  }

  /// What Docker records as the size of the layer `word`.
  public static long sizeBytes(String word) {
    return new SampleLayer(word).sizeBytes();
  }

  public Path dataRoot() {
    return dataRoot;
  }

  public GraphDriverLayout layout() {
    return layout;
  }

  public Path repositories() {
    return dataRoot.resolve(layout.references());
  }

  public Path config(ImageId id) {
    return dataRoot.resolve(layout.imageConfig(id));
  }

  /// The directory of what Docker notes beside the configuration: `parent`, `lastUpdated`.
  public Path metadata(ImageId id) {
    return dataRoot.resolve(layout.imageMetadata(), id.digest().hex());
  }

  public Path layer(ChainId id) {
    return layerDb.layer(id);
  }

  /// Where the content of a layer or mount is.
  public Path content(CacheId id) {
    return directories.content(id);
  }

  public Path mount(String containerId) {
    return layerDb.mount(containerId);
  }

  /// Adds an image made of `words`, lowest layer first, and whatever layers it still lacks.
  public ImageId image(String reference, String... words) {
    RootFs rootFs = rootFs(words);
    List<ChainId> chainIds = rootFs.chainIds();
    for (int i = 0; i < words.length; i++) {
      if (!layerDb.has(chainIds.get(i))) {
        var parent = i == 0 ? Optional.<ChainId>empty() : Optional.of(chainIds.get(i - 1));
        layerDb.register(new SampleLayer(words[i]), chainIds.get(i), parent);
      }
    }
    String config = SampleJson.imageConfig(rootFs, List.of(words), CREATED);
    var id = new ImageId(Digest.of(config.getBytes(StandardCharsets.UTF_8)));
    StoreFiles.replace(config(id), config, PRIVATE_FILE);
    images.put(id, rootFs);
    references.put(reference, id);
    return id;
  }

  /// Names an image once more: `name:tag`, or `name@sha256:…`.
  public void tag(String reference, ImageId id) {
    references.put(reference, id);
    note(id, "lastUpdated", CREATED.toString());
  }

  public void untag(String reference) {
    references.remove(reference);
  }

  /// Records that `child` was built or committed on `parent`, which has one layer less.
  public void parent(ImageId child, ImageId parent) {
    note(child, "parent", parent.toString());
  }

  /// Adds a stopped container of `image`, and returns its ID.
  public String container(String name, ImageId image) {
    String id = Digest.of("container " + name).hex();
    layerDb.mount(id, top(rootFs(image)));
    mounted.put(id, rootFs(image));
    StoreFiles.makeDirectories(container(id), DRIVER_DIRECTORY);
    String config = SampleJson.containerConfig(id, name, image, layout.graphDriver(), CREATED);
    StoreFiles.replace(container(id).resolve("config.v2.json"), config, PRIVATE_FILE);
    return id;
  }

  /// Removes a container, and the layers that were left to it alone.
  public void removeContainer(String id) {
    RootFs rootFs = mounted.get(id);
    if (rootFs == null) {
      throw new IllegalArgumentException("no container has the ID " + id);
    }
    layerDb.unmount(id);
    mounted.remove(id);
    release(rootFs);
    StoreFiles.delete(container(id));
  }

  /// Removes an image, its references, and the layers that no other image or container has.
  public void remove(ImageId id) {
    RootFs rootFs = rootFs(id);
    references.of(id).forEach(references::remove);
    StoreFiles.delete(metadata(id));
    StoreFiles.delete(config(id));
    images.remove(id);
    release(rootFs);
  }

  /// The directory of a container's own files.
  public Path container(String id) {
    return dataRoot.resolve(layout.containers(), id);
  }

  private void start() {
    for (String directory :
        List.of(
            layout.imageHome() + "/layerdb",
            layout.imageHome() + "/distribution",
            layout.imageConfigs(),
            layout.imageMetadata(),
            layout.root() + "tmp")) {
      StoreFiles.makeDirectories(dataRoot.resolve(directory), PRIVATE_DIRECTORY);
    }
    StoreFiles.makeDirectories(dataRoot.resolve(layout.containers()), DRIVER_DIRECTORY);
    StoreFiles.makeDirectories(dataRoot.resolve(layout.root(), "buildkit"), DRIVER_DIRECTORY);
    directories.start();
    references.write();
  }

  /// Removes those of `rootFs`' layers that nothing uses, the topmost first.
  private void release(RootFs rootFs) {
    for (ChainId chainId : rootFs.chainIds().reversed()) {
      if (Stream.concat(images.values().stream(), mounted.values().stream())
          .noneMatch(user -> user.chainIds().contains(chainId))) {
        layerDb.remove(chainId);
      }
    }
  }

  private void note(ImageId id, String name, String content) {
    StoreFiles.makeDirectories(metadata(id), PRIVATE_DIRECTORY);
    StoreFiles.replace(metadata(id).resolve(name), content, PRIVATE_FILE);
  }

  private RootFs rootFs(ImageId id) {
    return Optional.ofNullable(images.get(id))
        .orElseThrow(() -> new IllegalArgumentException("no image has the ID " + id));
  }

  private static RootFs rootFs(String... words) {
    return new RootFs(Arrays.stream(words).map(SampleStore::diffId).toList());
  }

  private static Optional<ChainId> top(RootFs rootFs) {
    return rootFs.chainIds().isEmpty()
        ? Optional.empty()
        : Optional.of(rootFs.chainIds().getLast());
  }
}
