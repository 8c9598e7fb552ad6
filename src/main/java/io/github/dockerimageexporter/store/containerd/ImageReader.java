package io.github.dockerimageexporter.store.containerd;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent;
import io.github.dockerimageexporter.snapshot.containerd.InvalidNames;
import io.github.dockerimageexporter.store.containerd.KnownWalks.WalkedStore;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.ImageRecord;
import io.github.dockerimageexporter.store.containerd.document.Descriptor;
import io.github.dockerimageexporter.store.containerd.walk.Mention;
import io.github.dockerimageexporter.store.containerd.walk.Walked;
import io.github.dockerimageexporter.store.containerd.walk.Walked.PlatformImage;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The images of a namespace: each target that has a record, with all its names.
///
/// | name in containerd                       | here                                              |
/// |------------------------------------------|---------------------------------------------------|
/// | `docker.io/library/app:1`                | `app:1`                                           |
/// | `docker.io/team/app:1`                   | `team/app:1`                                      |
/// | `moby-dangling@sha256:…`                 | no name                                           |
/// | `sha256:…`, which CRI gives to each image | no name                                          |
/// | longer than any that Docker can give      | no name                                          |
///
/// Of its platforms, the one that Docker would run here is the first.
///
/// Source: moby, `daemon/containerd/image.go`; distribution, `reference/normalize.go`;
/// containerd/platforms, `compare.go` (Only).
final class ImageReader {
  /// What this machine runs, by the name that Java has for it, best first.
  private static final List<String> ARCHITECTURES =
      switch (System.getProperty("os.arch", "")) {
        case "amd64", "x86_64" -> List.of("amd64", "386");
        case "aarch64" -> List.of("arm64", "arm");
        default -> List.of(System.getProperty("os.arch", ""));
      };

  private static final String DANGLING = "moby-dangling@";
  private static final String DIGEST = "sha256:";
  private static final String HUB = "docker.io/";
  private static final String LIBRARY = "library/";

  private final KnownWalks.Pass walks;
  private final WalkedStore store;
  private final ContainerdLayout layout;
  private final ReadFailures failures;
  private final Set<Digest> targets;
  private final Map<ImageId, Image> images = new TreeMap<>();
  private final Map<ImageId, ImageContent> contents = new TreeMap<>();
  private final Map<ImageId, List<Mention>> mentions = new HashMap<>();
  private final Set<ImageId> parentsGone = new TreeSet<>();
  private final Map<ImageId, String> types = new HashMap<>();

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

  private ImageReader(
      Namespace namespace, KnownWalks.Pass walks, ContainerdLayout layout, ReadFailures failures) {
    this.walks = walks;
    this.store = walks.store();
    this.layout = layout;
    this.failures = failures;
    this.targets = namespace.images().values().stream().map(ImageRecord::target).collect(toSet());
  }

  /// @param last what the pass before has read
  static Images read(
      Namespace namespace,
      KnownWalks.Pass walks,
      ContainerdLayout layout,
      ReadFailures failures,
      Images last) {
    var reader = new ImageReader(namespace, walks, layout, failures);
    var references = new ArrayList<Reference>();
    var unnamed = new TreeSet<Digest>();
    namespace
        .images()
        .forEach(
            (name, record) -> {
              if (isName(name)) {
                references.add(new Reference(familiar(name), record.target().toString()));
              }
              if (walks.store().records().has(record.target())) {
                reader.add(record);
              } else if (!isName(name)) {
                unnamed.add(record.target());
              }
            });
    Map<String, String> invalid = new TreeMap<>(namespace.otherTargets());
    invalid.values().removeIf(Digest::isOfOtherAlgorithm);
    references.addAll(reader.ofOtherAlgorithms(namespace));
    references.sort(Comparator.naturalOrder());
    return new Images(
        last.images().changedTo(reader.images),
        last.contents().changedTo(reader.contents),
        last.mentions().changedTo(reader.mentions),
        reader.parentsGone,
        List.copyOf(references),
        new InvalidNames(invalid),
        unnamed);
  }

  /// The names of what surely is not there; what is, or belongs to no name, cannot be read.
  private List<Reference> ofOtherAlgorithms(Namespace namespace) {
    var references = new ArrayList<Reference>();
    var unread = new ArrayList<String>(namespace.otherBlobs());
    namespace
        .otherTargets()
        .forEach(
            (name, target) -> {
              if (!Digest.isOfOtherAlgorithm(target)) {
                return;
              }
              if (isName(name) && !namespace.otherBlobs().contains(target)) {
                references.add(new Reference(familiar(name), target));
              } else {
                unread.add(target);
              }
            });
    if (!unread.isEmpty()) {
      failures.path(
          layout.records(),
          "found %s; only what is named by a sha256 digest is read".formatted(Quote.names(unread)));
    }
    return references;
  }

  private void add(ImageRecord record) {
    var id = new ImageId(record.target());
    Image known = images.get(id);
    Descriptor target = Descriptor.of(record.target(), record.mediaType(), record.sizeBytes());
    if (known != null) {
      if (!record.mediaType().equals(types.get(id))) {
        mentions.merge(id, walks.walk(target).mentions(), ImageReader::joined);
      }
      images.put(id, image(id, known.manifests(), known.created(), record, known.lastTagged()));
      return;
    }
    types.put(id, record.mediaType());
    Walked walked = walks.walk(target);
    mentions.put(id, walked.mentions());
    walked
        .unread()
        .ifPresent(
            reason -> failures.image(id, layout.imageConfig(id), new BeyondLimitException(reason)));
    if (!store.files().listing().seen()) {
      failures.unknown(id);
    }
    contents.put(id, walked.content());
    List<PlatformImage> platforms =
        walked.platforms().stream().sorted(Comparator.comparingInt(ImageReader::rank)).toList();
    images.put(
        id,
        image(
            id,
            platforms.isEmpty()
                ? List.of(ImageManifest.unknown())
                : platforms.stream().map(PlatformImage::manifest).toList(),
            platforms.stream().findFirst().flatMap(first -> first.created()),
            record,
            Optional.empty()));
  }

  private static List<Mention> joined(List<Mention> one, List<Mention> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private Image image(
      ImageId id,
      List<ImageManifest> manifests,
      Optional<Instant> created,
      ImageRecord record,
      Optional<Instant> tagged) {
    Optional<Instant> later = record.updated();
    Optional<ImageId> parent = record.parent().map(ImageId::new);
    boolean gone = parent.filter(it -> !exists(it)).isPresent();
    if (gone) {
      parentsGone.add(id);
    }
    return new Image(
        id,
        id.digest(),
        manifests,
        created,
        gone ? Optional.empty() : parent,
        tagged.isPresent() && later.filter(tagged.get()::isBefore).isEmpty() ? tagged : later);
  }

  /// Whether there is an image of that name; an engine forgets to take a label away.
  private boolean exists(ImageId parent) {
    return targets.contains(parent.digest());
  }

  /// Lower for what Docker would rather run on this machine.
  private static int rank(PlatformImage image) {
    Platform platform = image.manifest().platform();
    int rank = ARCHITECTURES.indexOf(platform.architecture());
    return rank < 0 || !platform.os().equals("linux") ? ARCHITECTURES.size() : rank;
  }

  private static boolean isName(String name) {
    return !name.startsWith(DANGLING)
        && !name.startsWith(DIGEST)
        && familiar(name).length() <= Reference.MAX_NAME_LENGTH;
  }

  private static String familiar(String name) {
    if (!name.startsWith(HUB)) {
      return name;
    }
    String path = name.substring(HUB.length());
    return path.startsWith(LIBRARY) ? path.substring(LIBRARY.length()) : path;
  }
}
