package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import io.github.dockerimageexporter.store.file.MalformedFileException;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StoreFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;

/// What Docker noted of one image beside its configuration. What of it cannot be read is noted as a
/// failure and counts as absent: it hides neither the rest nor the image.
final class ImageMetadata implements AutoCloseable {
  private static final String PARENT = "parent";
  private static final String LAST_UPDATED = "lastUpdated";

  private final Optional<Directory> directory;
  private final String path;
  private final ReadFailures failures;
  private boolean failed;

  private ImageMetadata(
      Optional<Directory> directory, String path, ReadFailures failures, boolean failed) {
    this.directory = directory;
    this.path = path;
    this.failures = failures;
    this.failed = failed;
  }

  /// Opens that of the image `name`.
  ///
  /// @param metadata that of all images
  /// @param path where that is, relative to the data root
  static ImageMetadata open(
      Optional<Directory> metadata, String path, String name, ReadFailures failures) {
    String own = path + "/" + name;
    try {
      // Most images have none, and an exception costs more than the question.
      if (metadata.isPresent() && metadata.get().find(name).isPresent()) {
        return new ImageMetadata(
            Optional.of(metadata.get().openDirectory(name)), own, failures, false);
      }
    } catch (NoSuchFileException vanished) {
      // As good as none.
    } catch (IOException unreadable) {
      failures.path(own, unreadable);
      return new ImageMetadata(Optional.empty(), own, failures, true);
    }
    return new ImageMetadata(Optional.empty(), own, failures, false);
  }

  /// Whether something could not be read, so that what was is not to be remembered.
  boolean hasFailed() {
    return failed;
  }

  Stamp stamp() {
    return stamp(PARENT).with(stamp(LAST_UPDATED));
  }

  private Stamp stamp(String name) {
    return file(name).map(file -> file.stamp()).orElse(Stamp.ABSENT);
  }

  Optional<ImageId> parent() {
    return find(PARENT, text -> ImageId.parse(text.strip()));
  }

  Optional<Instant> lastUpdated() {
    return find(LAST_UPDATED, ImageMetadata::parseTime);
  }

  private <T> Optional<T> find(String name, Function<String, T> parse) {
    try {
      Optional<StoreFile> file = file(name);
      return file.isPresent() ? file.get().find(parse) : Optional.empty();
    } catch (MalformedFileException | BeyondLimitException asGoodAsAbsent) {
      return Optional.empty();
    } catch (IOException unreadable) {
      fail(name, unreadable);
      return Optional.empty();
    }
  }

  private Optional<StoreFile> file(String name) {
    try {
      return directory.isPresent()
          ? Optional.of(StoreFile.of(directory.get(), name))
          : Optional.empty();
    } catch (IOException unreadable) {
      fail(name, unreadable);
      return Optional.empty();
    }
  }

  private void fail(String name, IOException failure) {
    failed = true;
    failures.path(path + "/" + name, failure);
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
