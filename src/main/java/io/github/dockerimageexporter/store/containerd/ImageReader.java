package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.persistent.InverseMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent;
import io.github.dockerimageexporter.snapshot.containerd.InvalidNames;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.store.containerd.KnownWalks.Walks;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.ImageRecord;
import io.github.dockerimageexporter.store.containerd.document.Descriptor;
import io.github.dockerimageexporter.store.containerd.walk.BlobRecords;
import io.github.dockerimageexporter.store.containerd.walk.ImageNames;
import io.github.dockerimageexporter.store.containerd.walk.Mention;
import io.github.dockerimageexporter.store.containerd.walk.UnpackedChains;
import io.github.dockerimageexporter.store.containerd.walk.Walked;
import io.github.dockerimageexporter.store.containerd.walk.Walked.PlatformImage;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The images of a namespace: each target that has a record, with all its names.
///
/// Of its platforms, the one that Docker would run here is the first.
///
/// An image is made again if a name of it, a walk over it, or whether its parent is there has
/// changed. For one thread.
///
/// Source: moby, `daemon/containerd/image.go`; containerd/platforms, `compare.go` (Only).
final class ImageReader {
  /// What this machine runs, by the name that Java has for it, best first.
  private static final List<String> ARCHITECTURES =
      switch (System.getProperty("os.arch", "")) {
        case "amd64", "x86_64" -> List.of("amd64", "386");
        case "aarch64" -> List.of("arm64", "arm");
        default -> List.of(System.getProperty("os.arch", ""));
      };

  private final ContainerdLayout layout;
  private final KnownWalks walks = new KnownWalks();
  private final InverseMap<String, ImageRecord, Digest> byTarget =
      new InverseMap<>(Namespace.NAMES, NamedBlob.KEYS, image -> List.of(image.target()));
  private final InverseMap<String, ImageRecord, Digest> byParent =
      new InverseMap<>(Namespace.NAMES, NamedBlob.KEYS, image -> image.parent().stream().toList());
  private PersistentMap<String, ImageRecord> lastRecords = Namespace.EMPTY.images();
  private Images last = Images.NONE;

  private final ImageNames names = new ImageNames();

  ImageReader(ContainerdLayout layout) {
    this.layout = layout;
  }

  /// The images, what each leads to, and the names of all, those of targets without record too.
  ///
  /// @param mentions the blobs that each image names
  /// @param parentsGone the images whose label names a parent that is not there any more
  /// @param unnamedTargets targets without record and without a name
  record Images(
      PersistentMap<ImageId, Image> images,
      PersistentMap<ImageId, ImageContent> contents,
      PersistentMap<ImageId, List<Mention>> mentions,
      Set<ImageId> parentsGone,
      List<Reference> references,
      InvalidNames invalidNames,
      Set<Digest> unnamedTargets) {

    static final Images NONE =
        new Images(
            PersistentMap.empty(Keys.IMAGES),
            PersistentMap.empty(Keys.IMAGES),
            PersistentMap.empty(Keys.IMAGES),
            Set.of(),
            List.of(),
            InvalidNames.NONE,
            Set.of());

    /// Those of which a platform is unpacked in the snapshotter, or should be.
    Images unpacked() {
      PersistentMap<ImageId, Image>.Editor some = images.edit();
      images.forEach(
          (id, image) -> {
            if (image.manifests().stream().noneMatch(ImageManifest::unpacked)) {
              some.remove(id);
            }
          });
      PersistentMap<ImageId, Image> kept = some.done();
      PersistentMap<ImageId, ImageContent>.Editor keptContents = contents.edit();
      keptContents.retain(kept.size(), kept::containsKey);
      return new Images(
          kept,
          keptContents.done(),
          NONE.mentions,
          parentsGone,
          references.stream()
              .filter(reference -> reference.imageId().filter(kept::containsKey).isPresent())
              .toList(),
          InvalidNames.NONE,
          Set.of());
    }
  }

  /// Follows the images to this pass: those are made again of which something has changed.
  Images read(
      Namespace namespace,
      ContentStore.Pass files,
      BlobRecords records,
      UnpackedChains snapshots,
      ReadFailures failures) {
    PersistentMap<Digest, List<String>> named = byTarget.of(namespace.images());
    try (var walking = walks.open(files, records, snapshots)) {
      var pass = new Pass(namespace, named, walking, failures);
      reached(namespace, named, walking).forEach(pass::make);
      last = pass.done();
      lastRecords = namespace.images();
    }
    return last;
  }

  /// The targets of images that are to be made again.
  private Set<Digest> reached(
      Namespace namespace, PersistentMap<Digest, List<String>> named, KnownWalks.Pass walking) {
    Set<Digest> reached = new HashSet<>();
    namespace
        .images()
        .changesSince(
            lastRecords,
            (_, before, now) ->
                Stream.concat(Stream.ofNullable(before), Stream.ofNullable(now))
                    .forEach(record -> reached.add(record.target())));
    PersistentMap<Digest, List<String>> children = byParent.of(namespace.images());
    for (Digest parent : List.copyOf(reached)) {
      for (String child : children.getOrDefault(parent, List.of())) {
        @Nullable ImageRecord record = namespace.images().get(child);
        if (record != null) {
          reached.add(record.target());
        }
      }
    }
    walking.changed().stream().filter(named::containsKey).forEach(reached::add);
    walking.stale().forEach(image -> reached.add(image.digest()));
    if (!walking.store().files().listing().seen()) {
      reached.addAll(named.keySet());
    }
    return reached;
  }

  /// What a pass makes of the images of the one before.
  private final class Pass {
    private final Namespace namespace;
    private final PersistentMap<Digest, List<String>> named;
    private final KnownWalks.Pass walking;
    private final ReadFailures failures;
    private final PersistentMap<ImageId, Image>.Editor images = last.images().edit();
    private final PersistentMap<ImageId, ImageContent>.Editor contents = last.contents().edit();
    private final PersistentMap<ImageId, List<Mention>>.Editor mentions = last.mentions().edit();
    private final Set<ImageId> parentsGone = new TreeSet<>(last.parentsGone());
    private final Set<Digest> unnamed = new TreeSet<>(last.unnamedTargets());

    private Pass(
        Namespace namespace,
        PersistentMap<Digest, List<String>> named,
        KnownWalks.Pass walking,
        ReadFailures failures) {
      this.namespace = namespace;
      this.named = named;
      this.walking = walking;
      this.failures = failures;
    }

    /// Makes the image of a target, if there is one.
    void make(Digest target) {
      var id = new ImageId(target);
      List<ImageRecord> records =
          named.getOrDefault(target, List.of()).stream()
              .map(namespace.images()::get)
              .filter(Objects::nonNull)
              .toList();
      boolean isThere = walking.store().records().has(target);
      parentsGone.remove(id);
      unnamed.remove(target);
      if (!records.isEmpty() && isThere) {
        make(id, records);
        return;
      }
      images.remove(id);
      contents.remove(id);
      mentions.remove(id);
      walking.forget(id);
      if (records.stream().anyMatch(record -> !ImageNames.isName(record.name()))) {
        unnamed.add(target);
      }
    }

    private void make(ImageId id, List<ImageRecord> records) {
      Walks walks = walking.walk(id, targets(records));
      Walked walked = walks.walked().getFirst();
      walked.unread().ifPresent(reason -> note(id, reason));
      if (!walking.store().files().listing().seen()) {
        failures.unknown(id);
      }
      contents.put(id, walked.content());
      mentions.put(id, walks.mentions());
      images.put(id, image(id, walked, records));
    }

    private void note(ImageId id, String reason) {
      failures.image(id, layout.imageConfig(id), new BeyondLimitException(reason));
    }

    private Image image(ImageId id, Walked walked, List<ImageRecord> records) {
      List<PlatformImage> platforms =
          walked.platforms().stream().sorted(Comparator.comparingInt(ImageReader::rank)).toList();
      if (records.stream().flatMap(record -> record.parent().stream()).anyMatch(this::isGone)) {
        parentsGone.add(id);
      }
      return new Image(
          id,
          id.digest(),
          platforms.isEmpty()
              ? List.of(ImageManifest.unknown())
              : platforms.stream().map(PlatformImage::manifest).toList(),
          platforms.stream().findFirst().flatMap(PlatformImage::created),
          records.getLast().parent().filter(parent -> !isGone(parent)).map(ImageId::new),
          records.stream()
              .flatMap(record -> record.updated().stream())
              .max(Comparator.naturalOrder()));
    }

    /// Whether there is no image of that name; an engine forgets to take a label away.
    private boolean isGone(Digest parent) {
      return !named.containsKey(parent);
    }

    Images done() {
      Map<String, String> invalid = new TreeMap<>(namespace.otherTargets());
      invalid.values().removeIf(Digest::isOfOtherAlgorithm);
      ImageNames.Names found = names.of(namespace);
      if (!found.unread().isEmpty()) {
        failures.path(
            layout.records(),
            "found %s; only what is named by a sha256 digest is read"
                .formatted(Quote.names(found.unread())));
      }
      return new Images(
          images.done(),
          contents.done(),
          mentions.done(),
          parentsGone,
          found.references(),
          new InvalidNames(invalid),
          unnamed);
    }
  }

  /// Where the walks begin: of the names that tell of the same media type, the first says.
  private static List<Descriptor> targets(List<ImageRecord> records) {
    var targets = new LinkedHashMap<String, Descriptor>();
    for (ImageRecord record : records) {
      targets.putIfAbsent(
          record.mediaType(),
          Descriptor.of(record.target(), record.mediaType(), record.sizeBytes()));
    }
    return List.copyOf(targets.values());
  }

  /// Lower for what Docker would rather run on this machine.
  private static int rank(PlatformImage image) {
    Platform platform = image.manifest().platform();
    int rank = ARCHITECTURES.indexOf(platform.architecture());
    return rank < 0 || !platform.os().equals("linux") ? ARCHITECTURES.size() : rank;
  }
}
