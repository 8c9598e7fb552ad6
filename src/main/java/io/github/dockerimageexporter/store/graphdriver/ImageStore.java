package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.InvalidImage;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import io.github.dockerimageexporter.store.file.ChainInterner;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StatCache;
import io.github.dockerimageexporter.store.file.StoreFile;
import io.github.dockerimageexporter.store.json.ImageConfig;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final StatCache<Outcome> cache = new StatCache<>();

  ImageStore(GraphDriverLayout layout, ChainInterner chains) {
    this.layout = layout;
    this.chains = chains;
  }

  /// The images of one pass, sorted.
  record Images(Map<ImageId, Image> valid, Map<ImageId, InvalidImage> invalid) {}

  private sealed interface Outcome {}

  private record Valid(Image image) implements Outcome {}

  private record Invalid(InvalidImage image) implements Outcome {}

  /// @param limit the one that the configuration is beyond
  private record Unknown(BeyondLimitException limit) implements Outcome {}

  Images read(RootDirectory root, ReadFailures failures, Leftovers leftovers) {
    var images = new Images(new LinkedHashMap<>(), new LinkedHashMap<>());
    try (Directory configs = root.openFilledDirectory(layout.imageConfigs())) {
      Optional<Directory> metadata = openMetadata(root, failures);
      try {
        for (DirectoryEntry entry : configs.sortedEntries()) {
          if (Digest.isHex(entry.name())) {
            read(configs, metadata, entry, images, failures);
          } else {
            leftovers.add(Leftover.Kind.STRAY, configs, layout.imageConfigs(), entry.name());
          }
        }
        if (metadata.isPresent()) {
          passMetadata(configs, metadata.get(), failures, leftovers);
        }
      } finally {
        metadata.ifPresent(Directory::close);
      }
    } catch (NoSuchFileException noImageYet) {
      return images;
    } catch (IOException unreadable) {
      failures.part(StorePart.IMAGES, layout.imageConfigs(), unreadable);
    }
    cache.turn();
    return images;
  }

  private Optional<Directory> openMetadata(RootDirectory root, ReadFailures failures) {
    try {
      return Optional.of(root.openDirectory(layout.imageMetadata()));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException unreadable) {
      failures.path(layout.imageMetadata(), unreadable);
      return Optional.empty();
    }
  }

  /// What is noted of images that are not there; asked for last, since Docker adds it last and
  /// removes it first.
  private void passMetadata(
      Directory configs, Directory metadata, ReadFailures failures, Leftovers leftovers)
      throws IOException {
    for (DirectoryEntry entry : metadata.entries()) {
      boolean isMetadata = entry.isDirectory() && Digest.isHex(entry.name());
      if (!isMetadata || !mayHave(configs, entry.name(), failures)) {
        leftovers.add(
            isMetadata ? Leftover.Kind.METADATA : Leftover.Kind.STRAY,
            metadata,
            layout.imageMetadata(),
            entry.name());
      }
    }
  }

  private boolean mayHave(Directory configs, String name, ReadFailures failures) {
    try {
      return configs.find(name).isPresent();
    } catch (IOException unreadable) {
      failures.path(layout.imageConfigs() + "/" + name, unreadable);
      return true;
    }
  }

  private void read(
      Directory configs,
      Optional<Directory> metadata,
      DirectoryEntry entry,
      Images images,
      ReadFailures failures) {
    var id = new ImageId(new Digest(entry.name()));
    try (var own = ImageMetadata.open(metadata, layout.imageMetadata(), entry.name(), failures)) {
      switch (recall(StoreFile.of(configs, entry.name()), own, entry, id)) {
        case Valid(Image image) -> images.valid().put(id, image);
        case Invalid(InvalidImage image) -> images.invalid().put(id, image);
        case Unknown(BeyondLimitException limit) -> throw limit;
      }
    } catch (NoSuchFileException vanished) {
      // Removed since it was listed.
    } catch (IOException unreadable) {
      failures.image(id, layout.imageConfig(id), unreadable);
    }
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
