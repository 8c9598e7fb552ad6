package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.InvalidImage;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.model.StoreLayout;
import io.github.dockerimageexporter.model.StorePart;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
  private final StoreLayout layout;
  private final ChainInterner chains;
  private final StatCache<Outcome> memory = new StatCache<>();

  ImageStore(StoreLayout layout, ChainInterner chains) {
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

  Images read(Directory root, ReadFailures failures, Leftovers leftovers) {
    var images = new Images(new LinkedHashMap<>(), new LinkedHashMap<>());
    try (Directory configs = root.openDirectory(layout.imageConfigs())) {
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
          passMetadata(configs, metadata.get(), leftovers);
        }
      } finally {
        metadata.ifPresent(Directory::close);
      }
    } catch (NoSuchFileException noImageYet) {
      return images;
    } catch (IOException unreadable) {
      failures.part(StorePart.IMAGES, layout.imageConfigs(), unreadable);
    }
    memory.turn();
    return images;
  }

  private Optional<Directory> openMetadata(Directory root, ReadFailures failures) {
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
  private void passMetadata(Directory configs, Directory metadata, Leftovers leftovers)
      throws IOException {
    for (DirectoryEntry entry : metadata.entries()) {
      boolean isMetadata = entry.kind() == FileKind.DIRECTORY && Digest.isHex(entry.name());
      if (!isMetadata || configs.find(entry.name()).isEmpty()) {
        leftovers.add(
            isMetadata ? Leftover.Kind.METADATA : Leftover.Kind.STRAY,
            metadata,
            layout.imageMetadata(),
            entry.name());
      }
    }
  }

  private void read(
      Directory configs,
      Optional<Directory> metadata,
      DirectoryEntry entry,
      Images images,
      ReadFailures failures) {
    var id = new ImageId(new Digest(entry.name()));
    try (var own = openOwn(metadata, entry.name(), failures)) {
      var config = StoreFile.of(configs, entry.name());
      long stamp = 31 * config.stamp() + own.stamp();
      @Nullable Outcome known = memory.recall(entry, stamp);
      switch (known != null ? known : memory.remember(entry, stamp, read(config, own, id))) {
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
              chains.rootFs(config.diffIds()),
              config.platform(),
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

  private ImageMetadata openOwn(Optional<Directory> metadata, String name, ReadFailures failures) {
    try {
      // Most images have none, and an exception costs more than the question.
      if (metadata.isPresent() && metadata.get().find(name).isPresent()) {
        return new ImageMetadata(Optional.of(metadata.get().openDirectory(name)));
      }
    } catch (NoSuchFileException vanished) {
      // As good as none.
    } catch (IOException unreadable) {
      failures.path(layout.imageMetadata() + "/" + name, unreadable);
    }
    return new ImageMetadata(Optional.empty());
  }

  /// What Docker noted of one image beside its configuration.
  private record ImageMetadata(Optional<Directory> directory) implements AutoCloseable {
    private static final String PARENT = "parent";
    private static final String LAST_UPDATED = "lastUpdated";

    long stamp() throws IOException {
      return directory.isEmpty()
          ? 0
          : StoreFile.stamp(
              StoreFile.of(directory.get(), PARENT), StoreFile.of(directory.get(), LAST_UPDATED));
    }

    Optional<ImageId> parent() throws IOException {
      return find(PARENT, text -> ImageId.parse(text.strip()));
    }

    Optional<Instant> lastUpdated() throws IOException {
      return find(LAST_UPDATED, ImageMetadata::parseTime);
    }

    private <T> Optional<T> find(String name, Function<String, T> parse) throws IOException {
      try {
        return directory.isEmpty()
            ? Optional.empty()
            : StoreFile.of(directory.get(), name).find(parse);
      } catch (MalformedFileException | BeyondLimitException asGoodAsAbsent) {
        return Optional.empty();
      }
    }

    private static Instant parseTime(String text) {
      try {
        return OffsetDateTime.parse(text.strip()).toInstant();
      } catch (DateTimeParseException malformed) {
        throw new IllegalArgumentException(malformed);
      }
    }

    @Override
    public void close() {
      directory.ifPresent(Directory::close);
    }
  }
}
