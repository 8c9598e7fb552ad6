package io.github.dockerimageexporter.store.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.bolt.BoltFixture;
import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.containerd.database.MetaDatabase;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.SnapshotDatabase;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.ZipInputStream;

/// The store of a real engine in a data root of its own; `src/test/resources/containerd` says what
/// it has.
public final class ContainerdSample {
  private static final String ZIP = "/containerd/engine-28.zip";
  private static final String OWN = "containerd/daemon";
  private static final String OVERLAYFS = "overlayfs";

  /// With it no directory takes what is recorded of it.
  private static final int GROWTH = 100_000;

  private final Path dataRoot;
  private final Path home;
  private final String snapshotter;

  private ContainerdSample(Path dataRoot, Path home, String snapshotter) {
    this.dataRoot = dataRoot;
    this.home = home;
    this.snapshotter = snapshotter;
  }

  public static ContainerdSample in(Path dataRoot) throws IOException {
    return in(dataRoot, dataRoot.resolve(OWN));
  }

  /// The store of a daemon that runs its own containerd, as it stands there.
  public static ContainerdSample at(Path dataRoot) {
    return at(dataRoot, dataRoot.resolve(OWN));
  }

  /// The store of a containerd with its root at `home`, as it stands there.
  public static ContainerdSample at(Path dataRoot, Path home) {
    return at(dataRoot, home, OVERLAYFS);
  }

  /// The same of another snapshotter.
  public static ContainerdSample at(Path dataRoot, Path home, String snapshotter) {
    return new ContainerdSample(dataRoot, home, snapshotter);
  }

  /// One whose containerd has its root at `home`.
  public static ContainerdSample in(Path dataRoot, Path home) throws IOException {
    unpack(dataRoot);
    if (!home.equals(dataRoot.resolve(OWN))) {
      Files.createDirectories(home.getParent());
      Files.move(dataRoot.resolve(OWN), home);
    }
    Files.createDirectories(dataRoot.resolve("rootfs/overlayfs"));
    ContainerdSample sample = at(dataRoot, home);
    sample.makeLayers();
    return sample;
  }

  private static void unpack(Path dataRoot) throws IOException {
    try (InputStream resource =
            Objects.requireNonNull(ContainerdSample.class.getResourceAsStream(ZIP));
        var zip = new ZipInputStream(resource)) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = dataRoot.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
  }

  private void makeLayers() throws IOException {
    MetaDatabase database =
        BoltFixture.read(meta(), root -> MetaDatabase.of(root, Optional.empty()));
    for (Namespace namespace : database.namespaces().values()) {
      for (var blob : namespace.blobs().entrySet()) {
        Path file = blob(blob.getKey());
        if (!Files.exists(file)) {
          setLength(file, blob.getValue().sizeBytes());
        }
      }
    }
    SnapshotDatabase snapshots =
        BoltFixture.read(metadata(), root -> SnapshotDatabase.of(root, Optional.empty()));
    for (var entry : snapshots.entries().values()) {
      Files.createDirectories(directory(entry.stored().number()).resolve("fs"));
    }
  }

  /// Takes away what says that the lowest layer of `image` was ever fetched: the record of its
  /// blob, and its content.
  ///
  /// @return the blob
  public Digest unfetch(String image) throws IOException {
    NamedBlob layer =
        read().namedBlobs().values().stream()
            .filter(blob -> blob.role() == NamedBlob.Role.LAYER && blob.unpacked())
            .filter(blob -> blob.images().contains(idOf(image)))
            .findFirst()
            .orElseThrow();
    changeMeta(
        root ->
            bucket(root, "v1", "moby", "content", "blob")
                .items()
                .remove(layer.digest().toString()));
    Files.deleteIfExists(blob(layer.digest()));
    return layer.digest();
  }

  /// The image of that name.
  public ImageId idOf(String name) {
    return read().references().stream()
        .filter(reference -> reference.name().equals(name))
        .flatMap(reference -> reference.imageId().stream())
        .findFirst()
        .orElseThrow();
  }

  /// Adds a blob with its record.
  public Digest publish(String content) throws IOException {
    Digest digest = Digest.of(content.getBytes(UTF_8));
    Files.writeString(blob(digest), content);
    changeMeta(
        root ->
            bucket(root, "v1", "moby", "content", "blob")
                .with(digest.toString(), new BoltTree.Bucket().with("size", size(content))));
    return digest;
  }

  /// As containerd writes a number of less than 8192.
  private static String size(String content) {
    int twice = 2 * content.length();
    return twice < 0x80
        ? String.valueOf((char) twice)
        : "" + (char) ((twice & 0x7f) | 0x80) + (char) (twice >> 7);
  }

  public static void setLength(Path file, long bytes) throws IOException {
    try (var hole = new RandomAccessFile(file.toFile(), "rw")) {
      hole.setLength(bytes);
    }
  }

  public Path dataRoot() {
    return dataRoot;
  }

  public Path meta() {
    return home.resolve(ContainerdLayout.META);
  }

  public Path metadata() {
    return home.resolve(ContainerdLayout.SNAPSHOTTER + snapshotter + "/metadata.db");
  }

  public Path blob(Digest digest) {
    return home.resolve(ContainerdLayout.CONTENT + "/blobs/sha256").resolve(digest.hex());
  }

  /// Leaves half of a download behind, without a record of it.
  ///
  /// @param ref what the download is called
  public Path download(String ref) throws IOException {
    Path download =
        blob(Digest.of(new byte[0]))
            .resolve("../../../ingest")
            .normalize()
            .resolve(Digest.of(ref.getBytes(UTF_8)).hex());
    Files.createDirectories(download);
    Files.writeString(download.resolve("data"), "half");
    return download;
  }

  public Path directory(long number) {
    return metadata().resolveSibling("snapshots").resolve(String.valueOf(number));
  }

  /// Has each snapshot take other space than is recorded, on whatever file system this is.
  public void grow() throws IOException {
    try (var snapshots = Files.list(metadata().resolveSibling("snapshots"))) {
      for (Path snapshot : snapshots.toList()) {
        Files.write(snapshot.resolve("fs/grown"), new byte[GROWTH]);
      }
    }
  }

  /// Writes `meta.db` with a change.
  public void changeMeta(Consumer<BoltTree.Bucket> change) throws IOException {
    change(meta(), BoltFixture.PAGE_SIZE, change);
  }

  /// The same, with pages of another size.
  void changeMeta(int pageSize, Consumer<BoltTree.Bucket> change) throws IOException {
    change(meta(), pageSize, change);
  }

  /// Writes the snapshotter's database with a change.
  public void changeMetadata(Consumer<BoltTree.Bucket> change) throws IOException {
    change(metadata(), BoltFixture.PAGE_SIZE, change);
  }

  private static void change(Path file, int pageSize, Consumer<BoltTree.Bucket> change)
      throws IOException {
    BoltTree.Bucket tree = BoltFixture.read(file, BoltTree::of);
    change.accept(tree);
    Files.delete(file);
    try (var fixture = new BoltFixture(file, pageSize)) {
      fixture.commit(tree);
    }
  }

  /// The bucket at `path` below `root`.
  public static BoltTree.Bucket bucket(BoltTree.Bucket root, String... path) {
    BoltTree.Bucket bucket = root;
    for (String name : path) {
      bucket = (BoltTree.Bucket) Objects.requireNonNull(bucket.items().get(name), name);
    }
    return bucket;
  }

  /// What one scan reads of it.
  public ContainerdSnapshot read() {
    return (ContainerdSnapshot)
        new StoreReader(dataRoot, settings()).read(Freshness.EVERY_FILE).stores().getFirst();
  }

  /// With which it is found.
  public ContainerdSettings settings() {
    return home.startsWith(dataRoot)
        ? ContainerdSettings.DEFAULT
        : new ContainerdSettings(Optional.of(home), List.of(ContainerdSettings.DOCKER));
  }

  /// One of the JSON documents beside the store.
  public JsonNode said(String name) {
    try {
      return new JsonMapper().readTree(dataRoot.resolve(name).toFile());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
