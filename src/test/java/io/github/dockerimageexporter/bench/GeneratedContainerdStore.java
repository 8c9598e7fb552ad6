package io.github.dockerimageexporter.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.dockerimageexporter.bolt.BoltFixture;
import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// A large, healthy store in containerd with the snapshots of `overlayfs`: the images of
/// [GeneratedStore], in Docker's namespace.
///
/// | of each         | are                                                                     |
/// |-----------------|-------------------------------------------------------------------------|
/// | image           | a record, and the blobs of its manifest and configuration               |
/// | layer           | a blob, a sparse file; a record in both databases; a directory with one |
/// |                 | sparse file                                                             |
/// | record          | the labels that an engine gives it                                      |
///
/// Its databases have pages of 4 KiB, as the engine's. To find the pages of a transaction takes
/// longer here than in an engine, so they are made in scratch files. Then come the pages that have
/// changed, the files of the image and the metas, which are the two transactions: one burst of
/// events, as in [GeneratedStore], and one scan.
public final class GeneratedContainerdStore implements BenchmarkedStore, AutoCloseable {
  private static final String SNAPSHOTTER = "overlayfs";
  private static final String NAMESPACE = "moby";
  private static final int COMMITTED = 3;

  /// Of every file that is one block, beside its directories.
  private static final long BLOCK = 4096;

  private final Path dataRoot;
  private final Path home;
  private final GeneratedImages images;
  private final BoltFixture metaFile;
  private final BoltFixture metadataFile;
  private final Bucket meta = new Bucket();
  private final Bucket metadata = new Bucket();
  private final Map<ChainId, Integer> numbers = new HashMap<>();
  private final List<Write> content = new ArrayList<>();

  /// What a database will name.
  private interface Write {
    void run() throws IOException;
  }

  /// @param images how many there are; a multiple of 10
  GeneratedContainerdStore(Path dataRoot, int images) throws IOException {
    this.dataRoot = dataRoot;
    this.home = dataRoot.resolve("containerd/daemon");
    this.images = new GeneratedImages(images);
    for (Path directory :
        List.of(
            Objects.requireNonNull(home.resolve(ContainerdLayout.META).getParent()),
            blobs(),
            home.resolve(ContainerdLayout.CONTENT + "/ingest"),
            snapshotterHome().resolve("snapshots"),
            dataRoot.resolve("containers"),
            dataRoot.resolve("rootfs/" + SNAPSHOTTER),
            dataRoot.resolve("buildkit/containerd-" + SNAPSHOTTER))) {
      Files.createDirectories(directory);
    }
    metaFile = BoltFixture.keeping(scratch("meta.db"), PlacedDatabase.PAGE_SIZE);
    metadataFile = BoltFixture.keeping(scratch("metadata.db"), PlacedDatabase.PAGE_SIZE);
  }

  @Override
  public Path dataRoot() {
    return dataRoot;
  }

  @Override
  public int layers() {
    return images.layers();
  }

  void write() throws IOException {
    meta.with("v1", new Bucket().with("version", varint(4)).with(NAMESPACE, namespace()));
    metadata.with("v1", new Bucket().with("snapshots", new Bucket()).with("parents", new Bucket()));
    for (int image = 0; image < images.count(); image++) {
      addImage("docker.io/library/app-" + image + ":1", GeneratedImages.rootFs(image));
    }
    commit();
  }

  private static Bucket namespace() {
    return new Bucket()
        .with("images", new Bucket())
        .with("content", new Bucket().with("blob", new Bucket()))
        .with("snapshots", new Bucket().with(SNAPSHOTTER, new Bucket()));
  }

  @Override
  public void add(int number) throws IOException {
    addImage("docker.io/library/more-" + number + ":1", GeneratedImages.later(number));
    commit();
  }

  private void commit() throws IOException {
    metadataFile.commit(metadata);
    metaFile.commit(meta);
    try (var snapshots =
            PlacedDatabase.open(snapshotterHome().resolve("metadata.db"), scratch("metadata.db"));
        var records =
            PlacedDatabase.open(home.resolve(ContainerdLayout.META), scratch("meta.db"))) {
      List<Integer> ofSnapshots = snapshots.changed();
      List<Integer> ofRecords = records.changed();
      snapshots.write(ofSnapshots);
      records.write(ofRecords);
      for (Write write : content) {
        write.run();
      }
      snapshots.writeMetas();
      records.writeMetas();
    }
    content.clear();
  }

  private Path scratch(String name) {
    return dataRoot.resolveSibling(dataRoot.getFileName() + "." + name);
  }

  private void addImage(String name, RootFs rootFs) {
    List<ChainId> chain = rootFs.chainIds();
    for (int height = 0; height < chain.size(); height++) {
      if (!numbers.containsKey(chain.get(height))) {
        addLayer(rootFs.diffIds().get(height));
        addSnapshot(chain, height);
      }
    }
    String config = GeneratedImages.config(rootFs);
    String manifest = manifest(config, rootFs);
    addBlob(config, labels("gc.ref.snapshot." + SNAPSHOTTER, chain.getLast().toString()));
    Bucket labels = labels("gc.ref.content.config", Digest.of(config).toString());
    for (int i = 0; i < rootFs.diffIds().size(); i++) {
      labels.with(
          "containerd.io/gc.ref.content.l." + i, blobOf(rootFs.diffIds().get(i)).toString());
    }
    addBlob(manifest, labels);
    bucket(meta, "v1", NAMESPACE, "images")
        .with(
            name,
            new Bucket()
                .with("createdat", time())
                .with("updatedat", time())
                .with(
                    "target",
                    new Bucket()
                        .with("digest", Digest.of(manifest).toString())
                        .with("mediatype", "application/vnd.oci.image.manifest.v1+json")
                        .with("size", varint(manifest.length()))));
  }

  private void addLayer(DiffId diffId) {
    Digest blob = blobOf(diffId);
    content.add(() -> setLength(blobs().resolve(blob.hex()), bytesOf(diffId)));
    record(blob, bytesOf(diffId), labels("uncompressed", diffId.toString()));
  }

  private void addBlob(String text, Bucket labels) {
    Digest digest = Digest.of(text);
    content.add(() -> Files.writeString(blobs().resolve(digest.hex()), text));
    record(digest, text.length(), labels);
  }

  private void record(Digest digest, long bytes, Bucket labels) {
    bucket(meta, "v1", NAMESPACE, "content", "blob")
        .with(
            digest.toString(),
            new Bucket()
                .with("createdat", time())
                .with("updatedat", time())
                .with("size", varint(bytes))
                .with("labels", labels));
  }

  private void addSnapshot(List<ChainId> chain, int height) {
    ChainId chainId = chain.get(height);
    int number = numbers.size() + 1;
    numbers.put(chainId, number);
    content.add(() -> makeDirectory(number));
    var entry =
        new Bucket()
            .with("name", name(chainId))
            .with("createdat", time())
            .with("updatedat", time())
            .with("labels", labels("snapshot.ref", chainId.toString()));
    var stored =
        new Bucket()
            .with("id", number(number))
            .with("kind", text((byte) COMMITTED))
            .with("createdat", time())
            .with("updatedat", time())
            .with("inodes", varint(2))
            .with("size", varint(BLOCK));
    if (height > 0) {
      entry.with("parent", chain.get(height - 1).toString());
      stored.with("parent", name(chain.get(height - 1)));
    }
    bucket(meta, "v1", NAMESPACE, "snapshots", SNAPSHOTTER).with(chainId.toString(), entry);
    bucket(metadata, "v1", "snapshots").with(name(chainId), stored);
  }

  private void makeDirectory(int number) throws IOException {
    Path directory = snapshotterHome().resolve("snapshots/" + number);
    Files.createDirectories(directory.resolve("fs"));
    Files.createDirectory(directory.resolve("work"));
    setLength(directory.resolve("fs/data"), 1_000_000);
  }

  /// As the metadata store calls a snapshot when it asks the snapshotter for it.
  private String name(ChainId chainId) {
    return NAMESPACE + "/" + numbers.get(chainId) + "/" + chainId;
  }

  private static String manifest(String config, RootFs rootFs) {
    return rootFs.diffIds().stream()
        .map(
            diffId ->
                "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"%s\","
                        .formatted(blobOf(diffId))
                    + "\"size\":%d}".formatted(bytesOf(diffId)))
        .collect(
            Collectors.joining(
                ",",
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                    + "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\","
                    + "\"digest\":\"%s\",\"size\":%d},\"layers\":["
                        .formatted(Digest.of(config), config.length()),
                "]}"));
  }

  private static Digest blobOf(DiffId diffId) {
    return Digest.of("blob " + diffId);
  }

  private static long bytesOf(DiffId diffId) {
    return 400_000L + Math.floorMod(diffId.hashCode(), 100_000);
  }

  private Path blobs() {
    return home.resolve(ContainerdLayout.CONTENT + "/blobs/sha256");
  }

  private Path snapshotterHome() {
    return home.resolve(ContainerdLayout.SNAPSHOTTER + SNAPSHOTTER);
  }

  private static void setLength(Path file, long bytes) throws IOException {
    try (var hole = new RandomAccessFile(file.toFile(), "rw")) {
      hole.setLength(bytes);
    }
  }

  private static Bucket labels(String name, String value) {
    return new Bucket().with("containerd.io/" + name, value);
  }

  private static Bucket bucket(Bucket root, String... path) {
    Bucket bucket = root;
    for (String name : path) {
      bucket = (Bucket) Objects.requireNonNull(bucket.items().get(name), name);
    }
    return bucket;
  }

  /// A size: zig-zag, 7 bits a byte.
  private static String varint(long value) {
    return number(value << 1);
  }

  private static String number(long value) {
    var bytes = new StringBuilder();
    long rest = value;
    while (rest >= 0x80) {
      bytes.append((char) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    return bytes.append((char) rest).toString();
  }

  /// 2026, as Go writes times.
  private static String time() {
    ByteBuffer bytes = ByteBuffer.allocate(15);
    bytes.put(0, (byte) 1).putLong(1, 63_902_995_200L).putShort(13, (short) -1);
    return text(bytes.array());
  }

  private static String text(byte... bytes) {
    return new String(bytes, ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    metaFile.close();
    metadataFile.close();
  }
}
