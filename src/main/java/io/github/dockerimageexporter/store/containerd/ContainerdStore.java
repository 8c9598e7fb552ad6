package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.InvalidContainer;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.persistent.UnitedMap;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.ContentUses;
import io.github.dockerimageexporter.snapshot.containerd.LayerBlobs;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.store.container.ContainerStore;
import io.github.dockerimageexporter.store.containerd.database.MetaDatabase;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.walk.BlobRecords;
import io.github.dockerimageexporter.store.containerd.walk.BlobTallies;
import io.github.dockerimageexporter.store.containerd.walk.LayerRecords;
import io.github.dockerimageexporter.store.containerd.walk.NamedBlobs;
import io.github.dockerimageexporter.store.containerd.walk.Ownership;
import io.github.dockerimageexporter.store.containerd.walk.Ownerships;
import io.github.dockerimageexporter.store.containerd.walk.UnpackedChains;
import io.github.dockerimageexporter.store.file.BoltCache;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
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
  private final boolean dockers;
  private final ContainerStore containers;
  private final StoreDatabases databases;
  private final Unrecorded unrecorded = new Unrecorded();
  private final SnapshotDirectories directories;
  private Optional<Remembered> last = Optional.empty();
  private final ImageReader images;
  private final LayerRecords layers;
  private final LayerDirectories layerDirectories;
  private final DirectoryOwners owners;
  private final Ownerships ownerships;
  private final NamedBlobs blobs = new NamedBlobs();
  private final LayerBlobs.Follower compared;
  private final ContentUses.Follower uses = new ContentUses.Follower();
  private final BlobTallies<BlobList.Found> tallies =
      new BlobTallies<>(BlobList.Found::allocatedBytes);
  private final UnitedMap<Digest, BlobRecord> foreign = new UnitedMap<>(NamedBlob.KEYS);

  /// @param dockers whether the namespace is that of the daemon, whose containers then are its
  ContainerdStore(ContainerdLayout layout, Path dataRoot, boolean dockers) {
    this.layout = layout;
    this.dockers = dockers;
    this.databases = new StoreDatabases(layout);
    this.layers = new LayerRecords(layout);
    this.layerDirectories = new LayerDirectories(layout, dataRoot);
    this.owners = new DirectoryOwners(layout);
    this.compared = new LayerBlobs.Follower(layout);
    this.ownerships = new Ownerships(layout.snapshotter());
    this.images = new ImageReader(layout);
    this.directories = new SnapshotDirectories(layout, dataRoot);
    this.containers = new ContainerStore(layout.containers(), layout.snapshotter());
  }

  /// What the pass over all stores of a containerd has in common.
  ///
  /// @param meta what `meta.db` says
  /// @param followed the namespaces that are read
  record Pass(
      Home home,
      BoltCache.Outcome<MetaDatabase> meta,
      Set<String> followed,
      Freshness freshness,
      Instant now) {}

  /// Of which stores in a pass this one is the first, which answers for what they share.
  ///
  /// @param ofAll for the blobs, also those of no followed namespace
  /// @param ofNamespace for its images, and for the blobs that they name; further ones have only
  ///     the images that are unpacked there
  /// @param ofSnapshotter for the directories that no followed namespace owns
  record First(boolean ofAll, boolean ofNamespace, boolean ofSnapshotter) {}

  ContainerdSnapshot read(
      RootDirectory root, Pass pass, First first, ContentStore.Pass files, StoreUse use) {
    var failures = new ReadFailures();
    files.failure().ifPresent(failure -> failures.path(layout.blobs(), failure));
    var contained = dockers ? containers.read(root, failures) : ContainerStore.Containers.NONE;
    SnapshotHome home = directories.read(pass.home(), pass.freshness(), failures);
    var inputs =
        new PassInputs(
            first,
            use,
            contained,
            files.listing(),
            home,
            pass.meta(),
            databases.stored(pass.home(), pass.freshness()),
            Downloads.of(pass.home(), layout));
    if (last.filter(known -> known.holds(inputs, pass.now())).isPresent()) {
      return last.get().snapshot();
    }
    Found found = find(inputs, files, pass, failures);
    ContainerdSnapshot snapshot = snapshot(found, pass, use, failures);
    last =
        Optional.of(
                new Remembered(
                    inputs, pass.now(), found.namespace().nextExpiry(pass.now()), snapshot))
            .filter(made -> made.snapshot().unreadable().reasons().isEmpty())
            .filter(made -> made.snapshot().leftovers().isEmpty());
    return snapshot;
  }

  /// The snapshot of a pass in which everything could be read, and nothing was left over: how old
  /// leftovers are, and what is in them, each pass asks for.
  ///
  /// @param from when it was made: if the clock is set back, leases may not have expired yet
  /// @param until when a lease expires
  private record Remembered(
      PassInputs inputs, Instant from, Optional<Instant> until, ContainerdSnapshot snapshot) {

    boolean holds(PassInputs now, Instant at) {
      return now.isSameAs(inputs)
          && !at.isBefore(from)
          && until.filter(expiry -> !at.isBefore(expiry)).isEmpty();
    }
  }

  private Found find(PassInputs inputs, ContentStore.Pass files, Pass pass, ReadFailures failures) {
    var faults = new TreeMap<String, String>();
    SnapshotHome directories = inputs.directories();
    boolean used = !files.isEmpty() || !directories.directories().isEmpty();
    boolean ofNamespace = inputs.first().ofNamespace();
    MetaDatabase meta =
        databases.meta(inputs.meta(), used, failures, ofNamespace ? faults : new HashMap<>());
    Namespace namespace = meta.namespace(layout.namespace());
    files.expect(namespace.blobs().keySet(), layout, failures);
    var snapshots = databases.snapshots(inputs.stored(), namespace, directories, failures, faults);
    var others = foreign.of(meta.blobsOutside(layout.namespace()));
    var records = new BlobRecords(namespace.blobs(), others.keySet(), dockers);
    var unpacked =
        new UnpackedChains(
            layout.snapshotter(),
            namespace.snapshots(),
            Set.copyOf(inputs.containers().manifests().values()));
    ImageReader.Images all = images.read(namespace, files, records, unpacked, failures);
    return new Found(
        inputs.containers(),
        files,
        directories,
        inputs.downloads(),
        meta,
        namespace,
        snapshots,
        others,
        ofNamespace ? all : all.unpacked(),
        ownerships.of(namespace, pass.now()),
        faults,
        inputs.first());
  }

  /// What one pass found in each part of the store.
  private record Found(
      ContainerStore.Containers containers,
      ContentStore.Pass files,
      SnapshotHome directories,
      Downloads downloads,
      MetaDatabase meta,
      Namespace namespace,
      StoreDatabases.Snapshots snapshots,
      PersistentMap<Digest, BlobRecord> foreign,
      ImageReader.Images images,
      Ownership ownership,
      Map<String, String> databaseFaults,
      First first) {}

  private ContainerdSnapshot snapshot(Found found, Pass pass, StoreUse use, ReadFailures failures) {
    LayerRecords.Layers layered = layers.of(found.images().images(), found.snapshots().own());
    PersistentMap<Digest, NamedBlob> named = namedBlobs(found);
    var leftovers = new Leftovers(failures);
    var seeking = new Unrecorded.Pass(pass.home(), layout, pass.now(), failures, leftovers);
    findLeftovers(found, named, seeking);
    return new ContainerdSnapshot(
        layout,
        use,
        found.images().images(),
        found.images().contents(),
        uses.of(found.images().contents()),
        found.images().parentsGone(),
        layered.valid(),
        layered.invalid(),
        found.images().references(),
        found.images().invalidNames(),
        found.containers().own(),
        found.containers().manifests(),
        invalidContainers(found, failures),
        found.namespace().leaseIds(),
        found.databaseFaults(),
        found.snapshots().own(),
        found.images().unnamedTargets(),
        named,
        compared.of(found.images().contents(), layered.valid(), named),
        found.foreign().keySet(),
        found.files().allocatedBytes(),
        tallies(found, pass, seeking),
        found.ownership().graph(),
        layerDirectories.of(layered.valid(), found.directories()),
        found.directories().ofSnapshots(found.snapshots().own()),
        found.directories().hidden(found.snapshots().own()),
        owned(found, pass),
        found.first().ofSnapshotter() ? found.directories().homeBytes() : 0,
        leftovers.toList(),
        failures.toUnreadable(),
        pass.home().modifiedAt(layout.meta()));
  }

  private Map<String, InvalidContainer> invalidContainers(Found found, ReadFailures failures) {
    return found
        .containers()
        .invalidOf(id -> found.namespace().hasContainer(id, layout.snapshotter()), failures);
  }

  private void findLeftovers(
      Found found, PersistentMap<Digest, NamedBlob> named, Unrecorded.Pass seeking) {
    if (found.first().ofAll()) {
      unrecorded.addBlobs(
          found.files(),
          new Unrecorded.Blobs(
              found.files().listing().files(), named, found.namespace().images(), found.meta()),
          seeking);
    }
    if (found.first().ofSnapshotter()) {
      unrecorded.addDirectories(found.directories(), found.snapshots(), seeking);
    }
    if (dockers && found.first().ofNamespace()) {
      unrecorded.addContainers(found.containers(), found.namespace(), seeking);
    }
  }

  private PersistentMap<Path, StoreDirectory> owned(Found found, Pass pass) {
    return owners.of(
        new DirectoryOwners.Sources(
            found.directories(),
            found.snapshots(),
            found.ownership(),
            pass.followed(),
            found.first().ofSnapshotter(),
            found.containers().names()));
  }

  private Map<BlobOwner, BlobTally> tallies(Found found, Pass pass, Unrecorded.Pass seeking) {
    List<String> followed = List.copyOf(pass.followed());
    Map<BlobOwner, BlobTally> counted =
        tallies.of(
            new BlobTallies.Sources<>(
                found.files().listing().files(),
                found.foreign(),
                found.ownership(),
                followed.stream().map(name -> found.meta().namespace(name).blobs()).toList(),
                followed.indexOf(layout.namespace()),
                found.first().ofNamespace(),
                found.first().ofAll()));
    if (found.first().ofAll()) {
      Set<String> kept = found.meta().keptDownloads(seeking.now());
      counted.put(BlobOwner.DOWNLOAD, found.downloads().tally(kept, seeking));
    }
    return counted;
  }

  /// The blobs that images name, and those that something else keeps.
  private PersistentMap<Digest, NamedBlob> namedBlobs(Found found) {
    return found.first().ofNamespace()
        ? blobs.of(
            new NamedBlobs.Sources(
                found.images().mentions(),
                found.foreign(),
                found.ownership(),
                dockers,
                found.files()::file))
        : PersistentMap.empty(NamedBlob.KEYS);
  }
}
