package io.github.dockerimageexporter.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import io.github.dockerimageexporter.bolt.OpenDatabase;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;

/// What may become of containerd's records: changed in place, as bbolt does, or by a copy of the
/// database.
final class ContainerdHistory implements AutoCloseable {
  private final Random random;
  private final Deque<StoreHistory.Step> repairs;
  private final ContainerdSample files;
  private final OpenDatabase meta;
  private final OpenDatabase metadata;

  ContainerdHistory(Path dataRoot, Random random, Deque<StoreHistory.Step> repairs)
      throws IOException {
    this.random = random;
    this.repairs = repairs;
    this.files = ContainerdSample.at(dataRoot);
    this.meta = new OpenDatabase(files.meta(), dataRoot.resolveSibling("pages-of-meta"));
    this.metadata =
        new OpenDatabase(files.metadata(), dataRoot.resolveSibling("pages-of-metadata"));
  }

  /// Adds a blob with its record, which an image's or a snapshot's may name later.
  void publish(int number) throws IOException {
    byte[] content = ("blob " + number).getBytes(UTF_8);
    Digest digest = Digest.of(content);
    Files.write(files.blob(digest), content);
    meta.change(root -> blobs(root).with(digest.toString(), copy(blobs(root))));
  }

  /// Takes away a blob, with its record or not.
  void unpublish() throws IOException {
    String digest = anyOf(blobs(meta.tree()));
    if (random.nextBoolean()) {
      meta.change(root -> blobs(root).items().remove(digest));
    }
    Files.delete(files.blob(Digest.parse(digest)));
  }

  private static Bucket blobs(Bucket root) {
    return ContainerdSample.bucket(root, "v1", "moby", "content", "blob");
  }

  /// Changes a record of containerd: of a blob, a snapshot or an image.
  void changeRecord(int number) throws IOException {
    change(meta, root -> change(root, number));
  }

  /// Changes what the snapshotter itself records of a snapshot.
  void changeSnapshot(int number) throws IOException {
    change(
        metadata,
        root -> {
          Bucket snapshots = ContainerdSample.bucket(root, "v1", "snapshots");
          String name = anyOf(snapshots);
          Bucket record = nested(snapshots, name);
          switch (random.nextInt(5)) {
            case 0 -> record.with("size", String.valueOf((char) random.nextInt(0x80)));
            case 1 -> record.with("kind", String.valueOf((char) random.nextInt(5)));
            case 2 -> record.with("parent", anyOf(snapshots));
            case 3 -> snapshots.with("copy-" + number, copy(snapshots));
            default -> snapshots.items().remove(name);
          }
        });
  }

  /// By one commit, by two, or by a copy that takes the database's place.
  private void change(OpenDatabase database, Consumer<Bucket> change) throws IOException {
    Bucket before = database.tree();
    repairs.push(
        () ->
            database.change(
                root -> {
                  root.items().clear();
                  root.items().putAll(before.items());
                }));
    int way = random.nextInt(6);
    if (way == 0) {
      database.replace(change);
      return;
    }
    database.change(change);
    if (way == 1) {
      database.change(change);
    }
  }

  private void change(Bucket root, int number) {
    Bucket blobs = blobs(root);
    Bucket snapshots = ContainerdSample.bucket(root, "v1", "moby", "snapshots", "overlayfs");
    Bucket named = ContainerdSample.bucket(root, "v1", "moby", "images");
    Bucket records = StoreHistory.oneOf(random, List.of(blobs, snapshots, named));
    String key = anyOf(records);
    Bucket record = nested(records, key);
    switch (random.nextInt(8)) {
      case 0 -> record.with("size", String.valueOf((char) random.nextInt(0x80)));
      case 1 -> record.with("parent", anyOf(snapshots));
      case 2 ->
          record.with("labels", new Bucket().with("containerd.io/gc.ref.content.x", anyOf(blobs)));
      case 3 -> records.items().remove(key);
      case 4 ->
          named.with(
              "docker.io/" + StoreHistory.oneOf(random, StoreHistory.NAMES) + ":" + number,
              copy(named));
      case 5 -> snapshots.with("copy-" + number, copy(snapshots));
      case 6 -> named.with(anyOf(named), copy(named));
      default -> record.items().remove("labels");
    }
  }

  private Bucket copy(Bucket records) {
    return nested(records, anyOf(records));
  }

  private static Bucket nested(Bucket records, String key) {
    return (Bucket) Objects.requireNonNull(records.items().get(key));
  }

  private String anyOf(Bucket records) {
    return StoreHistory.oneOf(random, List.copyOf(records.items().keySet()));
  }

  @Override
  public void close() throws IOException {
    meta.close();
    metadata.close();
  }
}
