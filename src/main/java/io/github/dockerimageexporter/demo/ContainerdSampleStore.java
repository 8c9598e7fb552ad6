package io.github.dockerimageexporter.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dockerimageexporter.demo.SampleContent.Blob;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.RootFs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A small, healthy Docker data root whose images are in a containerd of dockerd's own, written as
/// containerd writes it: two databases, blobs, and directories of snapshots.
///
/// Layers are named by short words, as in [SampleStore].
///
/// Source: containerd, `core/metadata/buckets.go`, `core/snapshots/storage/bolt.go`.
public final class ContainerdSampleStore {
  private static final String HOME = "containerd/daemon/";
  private static final String SNAPSHOTTER = HOME + "io.containerd.snapshotter.v1.overlayfs/";
  private static final String NAMESPACE = "moby";
  private static final String SNAPSHOT_LABEL = "containerd.io/gc.ref.snapshot.overlayfs";
  private static final String CONTENT_LABEL = "containerd.io/gc.ref.content.";
  private static final byte[] VERSION = GoBytes.size(4);
  private static final byte[] COMMITTED = {3};

  /// What an image leads to.
  private record Parts(List<Digest> blobs, List<ChainId> chain) {}

  private final Path dataRoot;
  private final SampleContent content;
  private final BoltWriter meta;
  private final BoltWriter metadata;
  private final Map<String, Blob> targets = new TreeMap<>();
  private final Map<ImageId, Parts> images = new HashMap<>();
  private final Map<ChainId, SampleSnapshot> snapshots = new LinkedHashMap<>();
  private long lastNumber;

  /// An empty store in `dataRoot`.
  public ContainerdSampleStore(Path dataRoot) {
    this.dataRoot = dataRoot;
    for (String directory : List.of("containers", "tmp", "rootfs/overlayfs", "runtimes")) {
      make(directory, StoreFiles.DRIVER_DIRECTORY);
    }
    make("buildkit/containerd-overlayfs", StoreFiles.PRIVATE_DIRECTORY);
    make(HOME + "io.containerd.metadata.v1.bolt", StoreFiles.PRIVATE_DIRECTORY);
    make(HOME + "io.containerd.content.v1.content/ingest", StoreFiles.PUBLIC_DIRECTORY);
    make(SNAPSHOTTER + "snapshots", StoreFiles.PRIVATE_DIRECTORY);
    content =
        new SampleContent(dataRoot.resolve(HOME + "io.containerd.content.v1.content/blobs/sha256"));
    meta = new BoltWriter(dataRoot.resolve(HOME + "io.containerd.metadata.v1.bolt/meta.db"));
    metadata = new BoltWriter(dataRoot.resolve(SNAPSHOTTER + "metadata.db"));
    commit();
  }

  public Path dataRoot() {
    return dataRoot;
  }

  /// Where the content of a blob is.
  public Path blob(Digest digest) {
    return content.file(digest);
  }

  /// The directory of the topmost of `words`, when it stands on the others.
  public Path snapshot(String... words) {
    return directory(unpacked(rootFs(words).chainIds().getLast()));
  }

  /// Pulls an image made of `words`, lowest layer first: blobs, then snapshots, then its name.
  public ImageId image(String reference, String... words) {
    var layers = new ArrayList<Blob>();
    for (String word : words) {
      layers.add(SampleContent.layer(word, false));
    }
    return add(reference, words, layers, Set.copyOf(layers));
  }

  /// Pulls one whose lowest layer another image has brought, compressed in another way, so that
  /// Docker does not fetch it: the image is partial.
  public ImageId partialImage(String reference, String... words) {
    var layers = new ArrayList<Blob>();
    for (String word : words) {
      layers.add(SampleContent.layer(word, layers.isEmpty()));
    }
    return add(reference, words, layers, Set.copyOf(layers.subList(1, layers.size())));
  }

  private ImageId add(String reference, String[] words, List<Blob> layers, Set<Blob> fetched) {
    RootFs rootFs = rootFs(words);
    Blob config =
        Blob.of(
            SampleContent.CONFIG,
            SampleJson.imageConfig(rootFs, List.of(words), SampleLayer.MODIFIED).getBytes(UTF_8));
    Blob manifest = SampleContent.manifest(config, layers);
    var labels = new TreeMap<String, String>();
    labels.put(CONTENT_LABEL + "config", config.digest().toString());
    var blobs = new ArrayList<>(List.of(manifest.digest(), config.digest()));
    for (int i = 0; i < words.length; i++) {
      labels.put(CONTENT_LABEL + "l." + i, layers.get(i).digest().toString());
      if (fetched.contains(layers.get(i))) {
        content.put(
            layers.get(i),
            Map.of("containerd.io/uncompressed", rootFs.diffIds().get(i).toString()));
        blobs.add(layers.get(i).digest());
      }
    }
    content.put(config, Map.of(SNAPSHOT_LABEL, rootFs.chainIds().getLast().toString()));
    content.put(manifest, labels);
    unpack(words, rootFs.chainIds());
    var id = new ImageId(manifest.digest());
    targets.put("docker.io/library/" + reference, manifest);
    images.put(id, new Parts(blobs, rootFs.chainIds()));
    commit();
    return id;
  }

  /// Removes an image with its names, and what only it had.
  public void remove(ImageId id) {
    Parts removed = images.remove(id);
    if (removed == null) {
      throw new IllegalArgumentException("no image has the ID " + id);
    }
    targets.values().removeIf(target -> target.digest().equals(id.digest()));
    var blobs = new HashSet<>(removed.blobs());
    var layers = new ArrayList<>(removed.chain());
    images.values().forEach(other -> blobs.removeAll(other.blobs()));
    images.values().forEach(other -> layers.removeAll(other.chain()));
    List<Path> directories = layers.stream().map(layer -> directory(unpacked(layer))).toList();
    layers.forEach(snapshots::remove);
    blobs.forEach(content::forget);
    commit();
    blobs.forEach(blob -> StoreFiles.delete(content.file(blob)));
    directories.forEach(StoreFiles::delete);
  }

  private void unpack(String[] words, List<ChainId> chain) {
    for (int i = 0; i < words.length; i++) {
      if (!snapshots.containsKey(chain.get(i))) {
        var layer = new SampleLayer(words[i]);
        List<ChainId> below = i == 0 ? List.of() : List.of(chain.get(i - 1));
        var snapshot = new SampleSnapshot(++lastNumber, below, layer.allocatedBytes());
        Path directory = directory(snapshot);
        StoreFiles.makeDirectories(directory, StoreFiles.PRIVATE_DIRECTORY);
        StoreFiles.makeDirectories(directory.resolve("work"), "rwx--x--x");
        StoreFiles.makeDirectories(directory.resolve("fs"), StoreFiles.PUBLIC_DIRECTORY);
        layer.unpack(directory.resolve("fs"));
        snapshots.put(chain.get(i), snapshot);
      }
    }
  }

  /// @param below the layer that it stands on, if any
  private record SampleSnapshot(long number, List<ChainId> below, long sizeBytes) {
    /// What the snapshotter calls it.
    String name(ChainId layer) {
      return NAMESPACE + "/" + number + "/" + layer;
    }
  }

  private SampleSnapshot unpacked(ChainId layer) {
    return Optional.ofNullable(snapshots.get(layer))
        .orElseThrow(() -> new IllegalArgumentException("no layer has the chain ID " + layer));
  }

  private Path directory(SampleSnapshot snapshot) {
    return dataRoot.resolve(SNAPSHOTTER + "snapshots/" + snapshot.number());
  }

  private void commit() {
    var stored = new TreeMap<String, Object>();
    var records = new TreeMap<String, Object>();
    snapshots.forEach(
        (layer, snapshot) -> {
          stored.put(snapshot.name(layer), stored(snapshot));
          records.put(layer.toString(), record(layer, snapshot));
        });
    metadata.commit(Map.of("v1", Map.of("snapshots", stored)));
    var namespace = new TreeMap<String, Object>();
    if (!targets.isEmpty()) {
      var named = new TreeMap<String, Object>();
      targets.forEach((name, target) -> named.put(name, image(target)));
      namespace.put("content", Map.of("blob", content.records()));
      namespace.put("images", named);
      namespace.put("snapshots", Map.of("overlayfs", records));
    }
    meta.commit(Map.of("v1", new TreeMap<>(Map.of(NAMESPACE, namespace, "version", VERSION))));
  }

  private Map<String, Object> stored(SampleSnapshot snapshot) {
    var record = new TreeMap<String, Object>();
    record.put("id", GoBytes.number(snapshot.number()));
    record.put("kind", COMMITTED);
    snapshot
        .below()
        .forEach(layer -> record.put("parent", unpacked(layer).name(layer).getBytes(UTF_8)));
    record.put("size", GoBytes.size(snapshot.sizeBytes()));
    return record;
  }

  private static Map<String, Object> record(ChainId layer, SampleSnapshot snapshot) {
    var record = new TreeMap<String, Object>();
    record.put("name", snapshot.name(layer).getBytes(UTF_8));
    snapshot.below().forEach(below -> record.put("parent", below.toString().getBytes(UTF_8)));
    return record;
  }

  private static Map<String, Object> image(Blob target) {
    var descriptor = new TreeMap<String, Object>();
    descriptor.put("digest", target.digest().toString().getBytes(UTF_8));
    descriptor.put("mediatype", target.mediaType().getBytes(UTF_8));
    descriptor.put("size", GoBytes.size(target.sizeBytes()));
    var record = new TreeMap<String, Object>();
    record.put("createdat", GoBytes.time(SampleLayer.MODIFIED));
    record.put("target", descriptor);
    record.put("updatedat", GoBytes.time(SampleLayer.MODIFIED));
    return record;
  }

  private static RootFs rootFs(String... words) {
    return new RootFs(Arrays.stream(words).map(SampleStore::diffId).toList());
  }

  private void make(String directory, String permissions) {
    StoreFiles.makeDirectories(dataRoot.resolve(directory), permissions);
  }
}
