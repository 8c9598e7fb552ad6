package io.github.dockerimageexporter;

import static io.github.dockerimageexporter.ContainerdRoot.delete;
import static io.github.dockerimageexporter.ContainerdRoot.replace;
import static io.github.dockerimageexporter.check.Impact.UNUSABLE;
import static io.github.dockerimageexporter.check.Impact.WASTE;
import static io.github.dockerimageexporter.check.Impact.WRONG_DATA;
import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dockerimageexporter.ContainerdDamage.Trace;
import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Faults of a store in containerd, at least one for each kind of problem that it can have.
final class ContainerdDamages {
  private static final String NAME = "7".repeat(64);
  private static final String OCI = "application/vnd.oci.image.";
  private static final String INDEX_TYPE = OCI + "index.v1+json";
  private static final String MANIFEST_TYPE = OCI + "manifest.v1+json";
  private static final String CONFIG_TYPE = OCI + "config.v1+json";

  private static final List<ContainerdDamage> OF_BLOBS =
      List.of(
          new ContainerdDamage(
              "index lost", Kind.BLOB_MISSING, UNUSABLE, root -> lose(root.blob(Role.INDEX), root)),
          new ContainerdDamage(
              "manifest lost",
              Kind.BLOB_MISSING,
              UNUSABLE,
              root -> lose(root.blob(root.varied(), Role.MANIFEST), root)),
          new ContainerdDamage(
              "attestation lost",
              Kind.BLOB_MISSING,
              UNUSABLE,
              root -> lose(root.blob(Role.ATTESTATION), root)),
          new ContainerdDamage(
              "configuration lost",
              Kind.BLOB_MISSING,
              UNUSABLE,
              root -> lose(root.blob(root.varied(), Role.CONFIG), root)),
          new ContainerdDamage(
              "unpacked layer lost",
              Kind.BLOB_MISSING,
              WRONG_DATA,
              root -> lose(root.blob(root.varied(), Role.LAYER), root)),
          new ContainerdDamage(
              "record of a layer lost",
              Kind.BLOB_MISSING,
              WRONG_DATA,
              ContainerdDamages::forgetLayer),
          new ContainerdDamage(
              "layer a directory",
              Kind.BLOB_MISSING,
              WRONG_DATA,
              root -> makeDirectory(root.blob(root.varied(), Role.LAYER), root)),
          new ContainerdDamage(
              "layer cut",
              Kind.BLOB_SIZE_MISMATCH,
              WRONG_DATA,
              root -> resize(root.blob(root.varied(), Role.LAYER), 10, root)),
          new ContainerdDamage(
              "manifest grown",
              Kind.BLOB_SIZE_MISMATCH,
              UNUSABLE,
              root -> resize(root.blob(root.varied(), Role.MANIFEST), 100_000, root)),
          new ContainerdDamage(
              "a bit of an index flipped",
              Kind.BLOB_DIGEST_MISMATCH,
              UNUSABLE,
              root -> change(root.blob(Role.INDEX), "amd64", "amd65", root)),
          new ContainerdDamage(
              "manifest zeroed",
              Kind.MANIFEST_INVALID,
              UNUSABLE,
              root -> zero(root.blob(root.varied(), Role.MANIFEST), root)),
          new ContainerdDamage(
              "manifest recorded as an index",
              Kind.MANIFEST_INVALID,
              UNUSABLE,
              root -> retype("imported:1", INDEX_TYPE, root)),
          new ContainerdDamage(
              "index recorded as a manifest",
              Kind.MANIFEST_INVALID,
              UNUSABLE,
              root -> retype("attested:1", MANIFEST_TYPE, root)),
          new ContainerdDamage(
              "index recorded as a configuration",
              Kind.MANIFEST_INVALID,
              UNUSABLE,
              root -> retype("attested:1", CONFIG_TYPE, root)),
          new ContainerdDamage(
              "target no digest",
              Kind.REFERENCES_INVALID,
              UNUSABLE,
              root -> retarget("garbage", root)),
          new ContainerdDamage(
              "target lost", Kind.REFERENCES_INVALID, UNUSABLE, ContainerdDamages::loseTarget),
          new ContainerdDamage(
              "target of another algorithm",
              Kind.REFERENCE_DANGLING,
              UNUSABLE,
              root -> retarget("sha512:" + "5".repeat(128), root)),
          new ContainerdDamage(
              "configuration changed",
              Kind.IMAGE_CONFIG_DIGEST_MISMATCH,
              UNUSABLE,
              root ->
                  ofImage(change(root.blob(root.varied(), Role.CONFIG), "/data", "/date", root))),
          new ContainerdDamage(
              "configuration zeroed",
              Kind.IMAGE_CONFIG_INVALID,
              UNUSABLE,
              root -> ofImage(zero(root.blob(root.varied(), Role.CONFIG), root))),
          new ContainerdDamage(
              "record of a target lost",
              Kind.REFERENCE_DANGLING,
              UNUSABLE,
              ContainerdDamages::forgetTarget),
          new ContainerdDamage(
              "labels of a manifest lost",
              Kind.GC_LABEL_MISSING,
              WRONG_DATA,
              root -> unlabel(root.blob(root.image("imported:1"), Role.MANIFEST), root)),
          new ContainerdDamage(
              "label of a configuration lost",
              Kind.GC_LABEL_MISSING,
              WRONG_DATA,
              root -> unlabel(root.blob(root.image("imported:1"), Role.CONFIG), root)),
          new ContainerdDamage(
              "all blobs lost",
              Kind.DRIVER_DIRECTORY_EMPTY,
              UNUSABLE,
              root -> loseAll(root.blobs(), root.healthy().images().keySet())));

  private static final List<ContainerdDamage> OF_SNAPSHOTS =
      List.of(
          new ContainerdDamage(
              "record of a snapshot lost",
              Kind.LAYER_MISSING,
              WRONG_DATA,
              ContainerdDamages::forget),
          new ContainerdDamage(
              "snapshotter's record lost",
              Kind.SNAPSHOT_RECORD_MISSING,
              UNUSABLE,
              ContainerdDamages::forgetStored),
          new ContainerdDamage(
              "name of a snapshot lost",
              Kind.SNAPSHOT_RECORD_MISSING,
              UNUSABLE,
              ContainerdDamages::forgetName),
          new ContainerdDamage(
              "parents disagree",
              Kind.SNAPSHOT_PARENT_MISMATCH,
              UNUSABLE,
              ContainerdDamages::misleadOne),
          new ContainerdDamage(
              "both parents lost",
              Kind.CHAIN_ID_MISMATCH,
              WRONG_DATA,
              ContainerdDamages::misleadBoth),
          new ContainerdDamage(
              "ring of parents", Kind.LAYER_PARENT_CYCLE, UNUSABLE, ContainerdDamages::closeRing),
          new ContainerdDamage(
              "directory lost",
              Kind.LAYER_DIRECTORY_MISSING,
              UNUSABLE,
              root -> loseDirectory(root.middle(), root)),
          new ContainerdDamage(
              "files a file",
              Kind.LAYER_DIRECTORY_MISSING,
              UNUSABLE,
              ContainerdDamages::replaceDirectory),
          new ContainerdDamage(
              "directory of the build cache lost",
              Kind.LAYER_DIRECTORY_MISSING,
              UNUSABLE,
              ContainerdDamages::loseCached),
          new ContainerdDamage(
              "size lost", Kind.LAYER_METADATA_INVALID, WRONG_DATA, ContainerdDamages::loseSize),
          new ContainerdDamage(
              "kind active", Kind.LAYER_METADATA_INVALID, WRONG_DATA, ContainerdDamages::activate),
          new ContainerdDamage(
              "size of another",
              Kind.LAYER_SIZE_MISMATCH,
              WRONG_DATA,
              ContainerdDamages::replaceSize),
          new ContainerdDamage(
              "number of another",
              Kind.CACHE_ID_CONFLICT,
              UNUSABLE,
              ContainerdDamages::shareNumber),
          new ContainerdDamage(
              "all directories lost",
              Kind.DRIVER_DIRECTORY_EMPTY,
              UNUSABLE,
              root -> loseAll(root.directories(), withLayers(root))),
          new ContainerdDamage(
              "snapshotter's database empty",
              Kind.STORE_DATABASE_INVALID,
              UNUSABLE,
              root -> empty(root.sample().metadata())),
          new ContainerdDamage(
              "snapshotter's database lost",
              Kind.STORE_DATABASE_INVALID,
              UNUSABLE,
              root -> loseDatabase(root.sample().metadata())),
          new ContainerdDamage(
              "containerd's database empty",
              Kind.STORE_DATABASE_INVALID,
              UNUSABLE,
              root -> empty(root.sample().meta())),
          new ContainerdDamage(
              "containerd's database lost",
              Kind.STORE_DATABASE_INVALID,
              UNUSABLE,
              root -> loseDatabase(root.sample().meta())));

  private static final List<ContainerdDamage> OF_CONTAINERS =
      List.of(
          new ContainerdDamage(
              "writable layer lost",
              Kind.CONTAINER_MOUNT_MISSING,
              UNUSABLE,
              root -> loseContainer(root.directoryOf(root.container()))),
          new ContainerdDamage(
              "layer below it lost",
              Kind.CONTAINER_MOUNT_MISSING,
              UNUSABLE,
              root -> loseContainer(root.directoryOf(root.container() + "-init"))),
          new ContainerdDamage(
              "snapshotter's record of it lost",
              Kind.CONTAINER_MOUNT_MISSING,
              UNUSABLE,
              ContainerdDamages::forgetContainer),
          new ContainerdDamage(
              "layer below it and an image lost",
              Kind.LAYER_DIRECTORY_MISSING,
              UNUSABLE,
              ContainerdDamages::loseCommitted),
          new ContainerdDamage(
              "lease lost", Kind.CONTAINER_LEASE_MISSING, UNUSABLE, ContainerdDamages::loseLease),
          new ContainerdDamage(
              "container's directory lost",
              Kind.MOUNT_UNOWNED,
              WASTE,
              root -> loseContainerDirectory(root)),
          new ContainerdDamage(
              "configuration of a container empty",
              Kind.CONTAINER_CONFIG_INVALID,
              WRONG_DATA,
              ContainerdDamages::emptyContainer),
          new ContainerdDamage(
              "configuration of a container lost",
              Kind.CONTAINER_CONFIG_INVALID,
              WRONG_DATA,
              ContainerdDamages::loseContainerConfig));

  private static final List<ContainerdDamage> OF_WASTE =
      List.of(
          new ContainerdDamage("blob left", Kind.BLOB_ORPHAN, WASTE, ContainerdDamages::leaveBlob),
          new ContainerdDamage(
              "directory left",
              Kind.ORPHAN_DIRECTORY,
              WASTE,
              root -> leave(root.sample().directory(4711).resolve("fs"), "4711")),
          new ContainerdDamage(
              "directory left in the making",
              Kind.ORPHAN_DIRECTORY,
              WASTE,
              root ->
                  leave(root.sample().directory(0).resolveSibling("new-1").resolve("fs"), "new-1")),
          new ContainerdDamage(
              "download left",
              Kind.DOWNLOAD_LEFTOVER,
              WASTE,
              root -> leave(root.downloads().resolve(NAME), NAME)),
          new ContainerdDamage(
              "stray blob", Kind.STRAY_ENTRY, WASTE, root -> leave(root.blobs().resolve("x"), "x")),
          new ContainerdDamage(
              "stray snapshot",
              Kind.STRAY_ENTRY,
              WASTE,
              root -> leave(root.sample().directory(0).resolveSibling("x"), "x")),
          new ContainerdDamage(
              "stray download",
              Kind.STRAY_ENTRY,
              WASTE,
              root -> leave(root.downloads().resolve("x"), "x")),
          new ContainerdDamage(
              "stray container",
              Kind.STRAY_ENTRY,
              WASTE,
              root -> leave(root.sample().dataRoot().resolve("containers").resolve(NAME), NAME)));

  static final List<ContainerdDamage> ALL =
      Stream.of(OF_BLOBS, OF_SNAPSHOTS, OF_CONTAINERS, OF_WASTE).flatMap(List::stream).toList();

  private ContainerdDamages() {}

  private static Trace lose(NamedBlob blob, ContainerdRoot root) throws IOException {
    Files.delete(root.sample().blob(blob.digest()));
    return of(blob);
  }

  private static Trace of(NamedBlob blob) {
    return new Trace(blob.digest().toString(), new TreeSet<>(blob.images()));
  }

  /// A problem that is the image's.
  private static Trace ofImage(Trace ofBlob) {
    return new Trace(ofBlob.affectedImages().iterator().next().toString(), ofBlob.affectedImages());
  }

  private static Trace forgetLayer(ContainerdRoot root) throws IOException {
    NamedBlob layer = root.blob(root.varied(), Role.LAYER);
    root.forget(layer.digest());
    return of(layer);
  }

  private static Trace makeDirectory(NamedBlob blob, ContainerdRoot root) throws IOException {
    Files.delete(root.sample().blob(blob.digest()));
    Files.createDirectory(root.sample().blob(blob.digest()));
    return of(blob);
  }

  private static Trace resize(NamedBlob blob, int bytes, ContainerdRoot root) throws IOException {
    Path file = root.sample().blob(blob.digest());
    replace(file, Arrays.copyOf(Files.readAllBytes(file), bytes));
    return of(blob);
  }

  private static Trace zero(NamedBlob blob, ContainerdRoot root) throws IOException {
    Path file = root.sample().blob(blob.digest());
    replace(file, new byte[(int) Files.size(file)]);
    return of(blob);
  }

  private static Trace change(NamedBlob blob, String from, String to, ContainerdRoot root)
      throws IOException {
    Path file = root.sample().blob(blob.digest());
    String content = Files.readString(file);
    if (!content.contains(from)) {
      throw new IllegalStateException(from + " is not in " + content);
    }
    replace(file, content.replaceFirst(from, to).getBytes(UTF_8));
    return of(blob);
  }

  private static Trace forgetTarget(ContainerdRoot root) throws IOException {
    ImageId image = root.image("imported:1");
    root.forget(image.digest());
    return new Trace("", Set.of());
  }

  private static Trace retarget(String digest, ContainerdRoot root) throws IOException {
    root.changeImage("imported:1", record -> bucket(record, "target").with("digest", digest));
    return new Trace("", Set.of());
  }

  private static Trace loseTarget(ContainerdRoot root) throws IOException {
    root.changeImage("imported:1", record -> record.items().remove("target"));
    return new Trace("", Set.of());
  }

  private static Trace retype(String name, String type, ContainerdRoot root) throws IOException {
    root.changeImage(name, record -> bucket(record, "target").with("mediatype", type));
    ImageId image = root.image(name);
    return new Trace(image.toString(), Set.of(image));
  }

  private static Trace unlabel(NamedBlob blob, ContainerdRoot root) throws IOException {
    root.changeBlob(
        blob.digest(),
        record ->
            bucket(record, "labels")
                .items()
                .keySet()
                .removeIf(label -> label.startsWith("containerd.io/gc.ref.")));
    return of(blob);
  }

  private static Trace loseAll(Path directory, Set<ImageId> images) throws IOException {
    delete(directory);
    Files.createDirectory(directory);
    return new Trace("", images);
  }

  private static Set<ImageId> withLayers(ContainerdRoot root) {
    var images = new TreeSet<ImageId>();
    root.healthy().layers().keySet().forEach(layer -> images.addAll(root.imagesOf(layer)));
    return images;
  }

  private static Trace of(ChainId layer, ContainerdRoot root) {
    return new Trace(layer.toString(), root.imagesOf(layer));
  }

  /// That a top snapshot was ever there is proven by containers alone.
  private static Trace forget(ContainerdRoot root) throws IOException {
    root.sample()
        .changeMeta(
            meta ->
                bucket(meta, "v1", "moby", "snapshots", "overlayfs")
                    .items()
                    .remove(root.top().toString()));
    return new Trace(root.top().toString(), root.runImagesOf(root.top()));
  }

  private static Trace forgetStored(ContainerdRoot root) throws IOException {
    String name = root.snapshot(root.middle().toString()).name();
    root.sample().changeMetadata(stored -> bucket(stored, "v1", "snapshots").items().remove(name));
    return of(root.middle(), root);
  }

  private static Trace forgetName(ContainerdRoot root) throws IOException {
    root.changeRecord(root.top().toString(), record -> record.items().remove("name"));
    return of(root.top(), root);
  }

  private static Trace misleadOne(ContainerdRoot root) throws IOException {
    root.changeStored(root.middle().toString(), record -> record.with("parent", "moby/1/nothing"));
    return of(root.middle(), root);
  }

  private static Trace misleadBoth(ContainerdRoot root) throws IOException {
    root.changeRecord(root.top().toString(), record -> record.items().remove("parent"));
    root.changeStored(root.top().toString(), record -> record.items().remove("parent"));
    return of(root.top(), root);
  }

  private static Trace closeRing(ContainerdRoot root) throws IOException {
    List<ChainId> chain = root.chain(root.varied());
    String base = chain.getFirst().toString();
    String above = chain.get(1).toString();
    root.changeRecord(base, record -> record.with("parent", above));
    root.changeStored(base, record -> record.with("parent", root.snapshot(above).name()));
    return new Trace(
        Stream.of(base, above).sorted().findFirst().orElseThrow(), root.imagesOf(chain.getFirst()));
  }

  private static Trace loseDirectory(ChainId layer, ContainerdRoot root) throws IOException {
    delete(root.directoryOf(layer.toString()));
    return of(layer, root);
  }

  private static Trace replaceDirectory(ContainerdRoot root) throws IOException {
    Path files = root.directoryOf(root.top().toString()).resolve("fs");
    delete(files);
    Files.createFile(files);
    return of(root.top(), root);
  }

  private static Trace loseCached(ContainerdRoot root) throws IOException {
    String key = root.cached();
    delete(root.directoryOf(key));
    return new Trace(key, Set.of());
  }

  private static Trace loseSize(ContainerdRoot root) throws IOException {
    root.changeStored(root.top().toString(), record -> record.items().remove("size"));
    return of(root.top(), root);
  }

  private static Trace activate(ContainerdRoot root) throws IOException {
    root.changeStored(root.top().toString(), record -> record.with("kind", "\u0002"));
    return of(root.top(), root);
  }

  /// As containerd writes 40,000,000 bytes.
  private static Trace replaceSize(ContainerdRoot root) throws IOException {
    root.changeStored(root.top().toString(), record -> record.with("size", "\u0080\u00d0\u00a5&"));
    return of(root.top(), root);
  }

  private static Trace shareNumber(ContainerdRoot root) throws IOException {
    List<ChainId> chain = root.chain(root.varied());
    ChainId one = chain.getLast();
    ChainId other = chain.get(chain.size() - 2);
    root.sample()
        .changeMetadata(
            stored -> {
              BoltTree.Bucket snapshots = bucket(stored, "v1", "snapshots");
              BoltTree number =
                  bucket(snapshots, root.snapshot(other.toString()).name()).items().get("id");
              bucket(snapshots, root.snapshot(one.toString()).name())
                  .items()
                  .put("id", Objects.requireNonNull(number));
            });
    var images = new TreeSet<>(root.imagesOf(one));
    images.addAll(root.imagesOf(other));
    return new Trace(Stream.of(one, other).sorted().findFirst().orElseThrow().toString(), images);
  }

  private static Trace empty(Path database) throws IOException {
    replace(database, new byte[0]);
    return new Trace("", Set.of());
  }

  private static Trace loseDatabase(Path database) throws IOException {
    Files.delete(database);
    return new Trace("", Set.of());
  }

  private static Trace loseContainer(Path directory) throws IOException {
    delete(directory);
    return new Trace("", Set.of());
  }

  private static Trace forgetContainer(ContainerdRoot root) throws IOException {
    String name = root.snapshot(root.container()).name();
    root.sample().changeMetadata(stored -> bucket(stored, "v1", "snapshots").items().remove(name));
    return new Trace("", Set.of());
  }

  private static Trace loseCommitted(ContainerdRoot root) throws IOException {
    String key = root.committedContainer() + "-init";
    delete(root.directoryOf(key));
    return new Trace(key, Set.of(root.image("committed:1")));
  }

  private static Trace loseLease(ContainerdRoot root) throws IOException {
    root.sample()
        .changeMeta(meta -> bucket(meta, "v1", "moby", "leases").items().remove(root.container()));
    return new Trace(root.container(), Set.of());
  }

  private static Trace loseContainerDirectory(ContainerdRoot root) throws IOException {
    delete(root.containerDirectory());
    return new Trace(root.container(), Set.of());
  }

  private static Trace emptyContainer(ContainerdRoot root) throws IOException {
    replace(root.containerFile("config.v2.json"), new byte[0]);
    return new Trace("", Set.of());
  }

  private static Trace loseContainerConfig(ContainerdRoot root) throws IOException {
    Files.delete(root.containerFile("config.v2.json"));
    return new Trace("", Set.of());
  }

  private static Trace leaveBlob(ContainerdRoot root) throws IOException {
    Digest blob = Digest.of("left".getBytes(UTF_8));
    Files.writeString(root.sample().blob(blob), "left");
    return new Trace(blob.hex(), Set.of());
  }

  private static Trace leave(Path directory, String name) throws IOException {
    Files.createDirectories(directory);
    return new Trace(name, Set.of());
  }
}
