package io.github.dockerimageexporter.store.containerd;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.InvalidContainer;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.persistent.Difference;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.store.container.ContainerStore;
import io.github.dockerimageexporter.store.containerd.database.MetaDatabase;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.ImageRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.Lease;
import io.github.dockerimageexporter.store.file.Abandonment;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Finds what no record answers for, and remembers what had one: records go before files do.
///
/// | what                           | is left over without                          |
/// |--------------------------------|-----------------------------------------------|
/// | a blob                         | a record in any namespace, or a name in an    |
/// |                                | image                                         |
/// | a directory of the snapshotter | a record in its database                      |
/// | the lease of a container       | `containers/<id>`, or a mount of that ID      |
/// | a directory in `containers`    | a configuration, a lease, and a snapshot      |
///
/// Until what records them is known, nothing is.
final class Unrecorded {
  private final Abandonment<Digest> blobs = new Abandonment<>();
  private final Abandonment<String> directories = new Abandonment<>();
  private final Abandonment<String> leases = new Abandonment<>();
  private final Difference<String, SnapshotHome.Found, List<String>> unownedDirectories =
      new Difference<>(SnapshotHome.NAMES);

  private final Set<Digest> unownedBlobs = new TreeSet<>();
  private Blobs seen = Blobs.NONE;

  /// Where one pass adds what it finds.
  record Pass(
      Home home,
      ContainerdLayout layout,
      Instant now,
      ReadFailures failures,
      Leftovers leftovers) {}

  /// By what a blob has an owner.
  record Blobs(
      PersistentMap<Digest, BlobList.Found> files,
      PersistentMap<Digest, NamedBlob> named,
      PersistentMap<String, ImageRecord> images,
      MetaDatabase meta) {
    private static final Blobs NONE =
        new Blobs(
            PersistentMap.empty(NamedBlob.KEYS),
            PersistentMap.empty(NamedBlob.KEYS),
            Namespace.EMPTY.images(),
            MetaDatabase.EMPTY);

    /// Those that may have an owner now, or none any more.
    private Set<Digest> reached(Blobs before) {
      Set<Digest> reached = new HashSet<>();
      files.changesSince(before.files, (blob, _, _) -> reached.add(blob));
      named.changesSince(before.named, (blob, _, _) -> reached.add(blob));
      images.changesSince(
          before.images,
          (_, was, is) ->
              Stream.concat(Stream.ofNullable(was), Stream.ofNullable(is))
                  .forEach(image -> reached.add(image.target())));
      Set<String> namespaces = new HashSet<>(meta.namespaces().keySet());
      namespaces.addAll(before.meta.namespaces().keySet());
      for (String name : namespaces) {
        meta.namespace(name)
            .blobs()
            .changesSince(before.meta.namespace(name).blobs(), (blob, _, _) -> reached.add(blob));
      }
      return reached;
    }

    private boolean isUnowned(Digest blob) {
      return files.containsKey(blob) && !named.containsKey(blob) && !meta.hasBlob(blob);
    }

    private Set<Digest> targets() {
      return images.values().stream().map(ImageRecord::target).collect(toSet());
    }
  }

  /// Adds the blobs.
  void addBlobs(ContentStore.Pass files, Blobs now, Pass pass) {
    if (pass.failures().isUnknown(StorePart.IMAGES)) {
      return;
    }
    Set<Digest> reached = now.reached(seen);
    unownedBlobs.removeAll(reached);
    reached.removeIf(blob -> !now.isUnowned(blob));
    if (!reached.isEmpty()) {
      reached.removeAll(now.targets());
      unownedBlobs.addAll(reached);
    }
    seen = now;
    files.addLeftovers(
        pass.layout(),
        unownedBlobs,
        blobs.note(now.meta()::hasBlob, unownedBlobs, pass.now()),
        pass.leftovers());
  }

  /// Adds the directories.
  void addDirectories(SnapshotHome home, StoreDatabases.Snapshots snapshots, Pass pass) {
    if (pass.failures().isUnknown(StorePart.LAYERS)) {
      return;
    }
    PersistentMap<String, List<String>> recorded = snapshots.byDirectory();
    Set<String> unowned = unownedDirectories.of(home.directories(), recorded).keySet();
    home.addLeftovers(
        pass.home(),
        pass.layout(),
        unowned,
        directories.note(recorded::containsKey, unowned, pass.now()),
        pass.failures(),
        pass.leftovers());
  }

  /// Adds the leases of containers, and what is left of containers without one.
  void addContainers(ContainerStore.Containers containers, Namespace namespace, Pass pass) {
    if (containers.names().isEmpty() || pass.failures().isUnknown(StorePart.IMAGES)) {
      return;
    }
    Set<String> used = new HashSet<>(containers.names().get());
    used.addAll(containers.mounts());
    Map<String, Lease> unused = new TreeMap<>();
    for (Lease lease : namespace.leases()) {
      if (lease.isOfContainer() && !used.contains(lease.id())) {
        unused.put(lease.id(), lease);
      }
    }
    // Whose configuration cannot be understood may mount an image.
    boolean doubtful = !containers.invalid().isEmpty();
    Map<String, Instant> abandoned =
        leases.note(used::contains, List.copyOf(unused.keySet()), pass.now());
    unused.forEach(
        (id, lease) -> {
          Instant created = lease.created().orElse(Instant.EPOCH);
          Instant changed = abandoned.getOrDefault(id, created);
          pass.leftovers()
              .add(
                  new Leftover(
                      Leftover.Kind.MOUNT, pass.layout().meta(), id, created, changed, doubtful));
        });
    addUnconfigured(containers, namespace, pass);
  }

  private static void addUnconfigured(
      ContainerStore.Containers containers, Namespace namespace, Pass pass) {
    for (InvalidContainer container : containers.invalid().values()) {
      if (container.begun().isPresent()
          && !namespace.hasContainer(container.id(), pass.layout().snapshotter())) {
        Instant begun = container.begun().get();
        pass.leftovers()
            .add(
                new Leftover(
                    Leftover.Kind.STRAY,
                    pass.layout().containers() + "/" + container.id(),
                    begun,
                    begun,
                    false));
      }
    }
  }
}
