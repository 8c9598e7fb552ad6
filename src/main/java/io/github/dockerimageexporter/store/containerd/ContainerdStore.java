package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.store.container.ContainerStore;
import io.github.dockerimageexporter.store.containerd.ImageWalk.WalkedStore;
import io.github.dockerimageexporter.store.containerd.database.MetaDatabase;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.file.BoltCache;
import io.github.dockerimageexporter.store.file.ChainInterner;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Reads the images of one namespace of containerd, with the snapshots of one snapshotter, and
/// remembers from pass to pass what has not changed.
///
/// Referrers are read before what they refer to: containers before `meta.db`, that before the
/// snapshotter's database and the blobs, and those before directories.
final class ContainerdStore {
  private final ContainerdLayout layout;
  private final Path dataRoot;
  private final boolean dockers;
  private final ContainerStore containers;
  private final StoreDatabases databases;
  private final ContentStore contentStore = new ContentStore();
  private final ChainInterner chains = new ChainInterner();
  private final Unrecorded unrecorded = new Unrecorded();

  /// @param dockers whether the namespace is that of the daemon, whose containers then are its
  ContainerdStore(ContainerdLayout layout, Path dataRoot, boolean dockers) {
    this.layout = layout;
    this.dockers = dockers;
    this.databases = new StoreDatabases(layout);
    this.dataRoot = dataRoot;
    this.containers = new ContainerStore(layout.containers(), layout.snapshotter());
  }

  /// What the pass over all stores of a containerd has in common.
  ///
  /// @param meta what `meta.db` says
  /// @param first whether this store answers for what no followed namespace owns
  /// @param followed the namespaces that are read
  record Pass(
      Home home, BoltCache.Outcome<MetaDatabase> meta, Set<String> followed, boolean first) {}

  ContainerdSnapshot read(
      RootDirectory root, Pass pass, StoreUse use, Freshness freshness, Instant now) {
    var failures = new ReadFailures();
    var contained = dockers ? containers.read(root, failures) : ContainerStore.Containers.NONE;
    try (var files = contentStore.open(pass.home(), layout, freshness, failures)) {
      return snapshot(find(contained, files, pass, failures, now), pass, use, failures);
    }
  }

  private Found find(
      ContainerStore.Containers contained,
      ContentStore.Pass files,
      Pass pass,
      ReadFailures failures,
      Instant now) {
    var faults = new TreeMap<String, String>();
    var directories = SnapshotHome.read(pass.home(), layout, failures);
    boolean used = !files.isEmpty() || !directories.directories().isEmpty();
    MetaDatabase meta = databases.meta(pass.meta(), used, failures, faults);
    Namespace namespace = meta.namespace(layout.namespace());
    var snapshots = databases.snapshots(pass.home(), namespace, directories, failures, faults);
    Set<Digest> foreign = meta.blobsOutside(layout.namespace());
    var notes = new BlobNotes(namespace.blobs(), foreign, files, dockers);
    var unpacked =
        new UnpackedChains(
            layout.snapshotter(),
            namespace.snapshots(),
            Set.copyOf(contained.manifests().values()));
    var images =
        ImageReader.read(
            namespace, new WalkedStore(files, notes, unpacked, chains), layout, failures);
    chains.forget();
    var ownership = Ownership.of(namespace, layout.snapshotter(), now);
    return new Found(
        contained,
        files,
        directories,
        meta,
        namespace,
        snapshots,
        notes,
        images,
        ownership,
        faults,
        now);
  }

  /// What one pass found in each part of the store.
  private record Found(
      ContainerStore.Containers containers,
      ContentStore.Pass files,
      SnapshotHome directories,
      MetaDatabase meta,
      Namespace namespace,
      StoreDatabases.Snapshots snapshots,
      BlobNotes notes,
      ImageReader.Images images,
      Ownership ownership,
      Map<String, String> databaseFaults,
      Instant now) {}

  private ContainerdSnapshot snapshot(Found found, Pass pass, StoreUse use, ReadFailures failures) {
    Map<String, SnapshotRecord> snapshots = found.snapshots().own();
    var layers = LayerRecords.of(found.images().images().values(), snapshots, layout);
    var leftovers = new Leftovers(failures);
    findLeftovers(
        found, pass, new Unrecorded.Pass(pass.home(), layout, found.now(), failures, leftovers));
    return new ContainerdSnapshot(
        layout,
        use,
        found.images().images(),
        found.images().contents(),
        layers.layers(),
        layers.invalid(),
        found.images().references(),
        found.containers().own(),
        found.containers().manifests(),
        found
            .containers()
            .invalidOf(id -> found.namespace().hasContainer(id, layout.snapshotter()), failures),
        found.namespace().leaseIds(),
        found.databaseFaults(),
        snapshots,
        found.images().unnamedTargets(),
        namedBlobs(found.notes(), found.namespace(), found.ownership()),
        found.meta().blobsOutside(layout.namespace()),
        found.files().allocatedBytes(),
        blobs(found, pass, failures, leftovers),
        found.ownership().graph(),
        layerDirectories(layers, found.directories()),
        snapshotDirectories(snapshots, found.directories()),
        owned(found, pass),
        pass.first() ? found.directories().homeBytes() : 0,
        leftovers.toList(),
        failures.toUnreadable(),
        lastChange(pass.home()));
  }

  private void findLeftovers(Found found, Pass pass, Unrecorded.Pass seeking) {
    if (pass.first()) {
      unrecorded.addBlobs(found.files(), found.notes(), found.namespace(), found.meta(), seeking);
      unrecorded.addDirectories(found.directories(), found.snapshots(), seeking);
    }
    if (dockers) {
      unrecorded.addContainers(found.containers(), found.namespace(), seeking);
    }
  }

  private List<StoreDirectory> owned(Found found, Pass pass) {
    return new DirectoryOwners(
            layout,
            dataRoot,
            pass.followed(),
            pass.first(),
            found.containers().names(),
            found.ownership())
        .of(found.directories(), found.snapshots());
  }

  private Map<BlobOwner, BlobTally> blobs(
      Found found, Pass pass, ReadFailures failures, Leftovers leftovers) {
    return found
        .ownership()
        .blobs(
            counted(found.files().allocatedBytes(), found.meta(), pass),
            found.namespace().blobs().keySet(),
            found.meta().blobsOutside(layout.namespace()),
            pass.first()
                ? Downloads.read(
                    pass.home(),
                    layout,
                    found.meta().keptDownloads(found.now()),
                    failures,
                    leftovers)
                : BlobTally.NONE);
  }

  /// The files that are counted in this store: a blob counts in the first of the namespaces that
  /// are read and have a record of it, and in the very first if none has.
  private Map<Digest, Long> counted(Map<Digest, Long> files, MetaDatabase meta, Pass pass) {
    Map<Digest, Long> counted = new HashMap<>(files);
    Set<Digest> own = meta.namespace(layout.namespace()).blobs().keySet();
    List<String> followed = List.copyOf(pass.followed());
    int rank = followed.indexOf(layout.namespace());
    for (int i = 0; i < followed.size(); i++) {
      boolean before = i < rank;
      Set<Digest> theirs = meta.namespace(followed.get(i)).blobs().keySet();
      counted.keySet().removeIf(blob -> theirs.contains(blob) && (before || !own.contains(blob)));
    }
    if (!pass.first()) {
      counted.keySet().retainAll(own);
    }
    return counted;
  }

  /// The blobs that images name, and those that something else keeps.
  private static List<NamedBlob> namedBlobs(
      BlobNotes notes, Namespace namespace, Ownership ownership) {
    namespace.blobs().keySet().stream()
        .filter(blob -> ownership.keeps(new Node.Blob(blob)))
        .forEach(notes::keep);
    return notes.toList(ownership);
  }

  private Map<ChainId, LayerDirectory> layerDirectories(
      LayerRecords layers, SnapshotHome directories) {
    var found = new TreeMap<ChainId, LayerDirectory>();
    if (directories.known()) {
      layers
          .layers()
          .forEach(
              (id, layer) -> {
                long number = Long.parseLong(layer.cacheId().value());
                found.put(
                    id,
                    new LayerDirectory(
                        dataRoot.resolve(layout.directory(number)),
                        layout.content(number),
                        directories.content(number)));
              });
    }
    return found;
  }

  private Map<String, Path> snapshotDirectories(
      Map<String, SnapshotRecord> snapshots, SnapshotHome directories) {
    Map<String, Path> found = HashMap.newHashMap(snapshots.size());
    snapshots.forEach(
        (key, snapshot) ->
            snapshot
                .stored()
                .map(stored -> String.valueOf(stored.number()))
                .filter(directories::hasContent)
                .ifPresent(
                    name -> found.put(key, dataRoot.resolve(layout.directories()).resolve(name))));
    return found;
  }

  private Optional<Instant> lastChange(Home home) {
    try {
      return home.find(layout.meta()).map(FileStatus::modifiedAt);
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
