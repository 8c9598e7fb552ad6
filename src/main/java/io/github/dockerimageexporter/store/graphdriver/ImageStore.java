package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.InvalidImage;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import io.github.dockerimageexporter.store.file.ChainInterner;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ObjectList;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StatCache;
import io.github.dockerimageexporter.store.file.StoreFile;
import io.github.dockerimageexporter.store.json.ImageConfig;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `image/<driver>/imagedb`.
///
/// | file                           | content                              | absent when       |
/// |--------------------------------|--------------------------------------|-------------------|
/// | `content/sha256/<hex>`         | the configuration that `hex` digests | never             |
/// | `metadata/sha256/<hex>/parent` | ID of the image it was built on      | pulled, BuildKit  |
/// | `…/lastUpdated`                | last tag, build or commit, RFC 3339  | pulled, loaded    |
///
/// Docker does not check the metadata, so what is malformed there counts as absent.
///
/// Source: moby, `daemon/internal/image/fs.go`, `store.go`.
final class ImageStore {
  private final GraphDriverLayout layout;
  private final ChainInterner chains;
  private final ObjectList list = new ObjectList();
  private final StatCache<Outcome> cache = new StatCache<>();
  private final MetadataList metadataList;
  private final Set<String> strays = new HashSet<>();

  /// What could not be read, is no configuration, or may have changed since without having another
  /// stat: harm counts only once it was seen twice.
  private Set<String> again = Set.of();

  private Images last = Images.NONE;

  ImageStore(GraphDriverLayout layout, ChainInterner chains) {
    this.layout = layout;
    this.chains = chains;
    this.metadataList = new MetadataList(layout);
  }

  /// The images of one pass, sorted.
  record Images(PersistentMap<ImageId, Image> valid, PersistentMap<ImageId, InvalidImage> invalid) {
    static final Images NONE =
        new Images(PersistentMap.empty(Keys.IMAGES), PersistentMap.empty(Keys.IMAGES));
  }

  private sealed interface Outcome {}

  private record Valid(Image image) implements Outcome {}

  private record Invalid(InvalidImage image) implements Outcome {}

  /// @param limit the one that the configuration is beyond
  private record Unknown(BeyondLimitException limit) implements Outcome {}

  /// What a pass makes of those of the one before.
  private static final class Pass {
    private final PersistentMap<ImageId, Image>.Editor valid;
    private final PersistentMap<ImageId, InvalidImage>.Editor invalid;
    private final Set<String> unread = new HashSet<>();
    private final Set<String> changed = new HashSet<>();
    private final Set<String> gone = new HashSet<>();
    private final ReadFailures failures;

    Pass(Images before, ReadFailures failures) {
      this.valid = before.valid().edit();
      this.invalid = before.invalid().edit();
      this.failures = failures;
    }

    void put(Image image) {
      valid.put(image.id(), image);
      invalid.remove(image.id());
      if (!image.hasIntactConfig()) {
        changed.add(image.id().digest().hex());
      }
    }

    void put(InvalidImage image) {
      invalid.put(image.id(), image);
      valid.remove(image.id());
    }

    void lose(String name) {
      gone.add(name);
      Digest.ofName(name).map(ImageId::new).ifPresent(this::remove);
    }

    private void remove(ImageId image) {
      valid.remove(image);
      invalid.remove(image);
    }

    Images done() {
      return new Images(valid.done(), invalid.done());
    }
  }

  Images read(RootDirectory root, Freshness freshness, ReadFailures failures, Leftovers leftovers) {
    try (Directory configs = root.openFilledDirectory(layout.imageConfigs());
        var metadata = metadataList.open(root, freshness, failures)) {
      var pass = new Pass(last, failures);
      Optional<Set<String>> changed = changed(freshness, metadata);
      Optional<Set<String>> named = changed.map(told -> ObjectList.union(told, again));
      boolean isWhole =
          list.look(
              configs,
              changed,
              again,
              this::known,
              entry -> read(configs, metadata.directory(), entry, pass),
              pass::lose);
      strays.removeAll(pass.gone);
      endPass(pass);
      strays.forEach(
          name -> leftovers.add(Leftover.Kind.STRAY, configs, layout.imageConfigs(), name));
      metadata.pass(configs, isWhole ? Optional.empty() : named, leftovers);
    } catch (NoSuchFileException noImageYet) {
      forget();
    } catch (IOException unreadable) {
      forget();
      failures.part(StorePart.IMAGES, layout.imageConfigs(), unreadable);
    }
    return last;
  }

  /// The images whose configuration or metadata has changed; all if the metadata cannot be seen.
  private Optional<Set<String>> changed(Freshness freshness, MetadataList.Pass metadata) {
    Optional<Set<String>> told = freshness.changedIn(layout.imageConfigs());
    Optional<Set<String>> toldOfMetadata = metadata.changed();
    if (told.isEmpty() || toldOfMetadata.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(ObjectList.union(told.get(), toldOfMetadata.get()));
  }

  private void endPass(Pass pass) {
    var forgotten = new HashSet<>(pass.gone);
    forgotten.addAll(pass.unread);
    again = cache.turn(forgotten);
    again.addAll(pass.unread);
    last = pass.done();
    last.invalid().keySet().forEach(image -> again.add(image.digest().hex()));
    again.addAll(pass.changed);
  }

  private Set<String> known() {
    return ObjectList.union(ObjectList.union(cache.names(), strays), again);
  }

  private void forget() {
    list.forget();
    cache.forget();
    metadataList.forget();
    strays.clear();
    again = Set.of();
    last = Images.NONE;
  }

  private void read(
      Directory configs, Optional<Directory> metadata, DirectoryEntry entry, Pass pass) {
    Optional<Digest> digest = Digest.ofName(entry.name());
    if (digest.isEmpty()) {
      strays.add(entry.name());
      return;
    }
    var id = new ImageId(digest.get());
    try (var own =
        ImageMetadata.open(metadata, layout.imageMetadata(), entry.name(), pass.failures)) {
      switch (recall(StoreFile.of(configs, entry.name()), own, entry, id)) {
        case Valid(Image image) -> pass.put(image);
        case Invalid(InvalidImage image) -> pass.put(image);
        case Unknown(BeyondLimitException limit) -> throw limit;
      }
      if (own.hasFailed()) {
        pass.unread.add(entry.name());
      }
      return;
    } catch (NoSuchFileException vanished) {
      // Removed since it was listed.
    } catch (IOException unreadable) {
      pass.failures.image(id, layout.imageConfig(id), unreadable);
    }
    pass.remove(id);
    pass.unread.add(entry.name());
  }

  private Outcome recall(StoreFile config, ImageMetadata own, DirectoryEntry entry, ImageId id)
      throws IOException {
    Stamp stamp = config.stamp().with(own.stamp());
    @Nullable Outcome known = own.hasFailed() ? null : cache.recall(entry, stamp);
    if (known != null) {
      return known;
    }
    Outcome read = read(config, own, id);
    return own.hasFailed() ? read : cache.remember(entry, stamp, read);
  }

  private Outcome read(StoreFile file, ImageMetadata metadata, ImageId id) throws IOException {
    byte[] content;
    try {
      content = file.document();
    } catch (UnexpectedFileException unexpected) {
      return new Invalid(
          new InvalidImage(id, Optional.empty(), String.valueOf(unexpected.getReason())));
    }
    var digest = Digest.of(content);
    try {
      var config = ImageConfig.parse(content);
      return new Valid(
          new Image(
              id,
              digest.equals(id.digest()) ? id.digest() : digest,
              List.of(new ImageManifest(config.platform(), chains.rootFs(config.diffIds()))),
              config.created(),
              metadata.parent(),
              metadata.lastUpdated()));
    } catch (BeyondLimitException beyond) {
      return new Unknown(beyond);
    } catch (IllegalArgumentException rejected) {
      return new Invalid(
          new InvalidImage(id, Optional.of(digest), String.valueOf(rejected.getMessage())));
    }
  }
}
