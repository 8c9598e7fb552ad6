package io.github.dockerimageexporter.store.file;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.Function;

/// One of the one-value files or JSON documents that the store is made of: its status is asked for
/// once, and its content only if that says so.
///
/// | file                 | read up to                                      |
/// |----------------------|-------------------------------------------------|
/// | one value            | 1 MiB                                           |
/// | a JSON document      | a quarter of the heap, which holds it once      |
///
/// Docker reads either whatever its length, so that what is longer is unreadable, not malformed.
public record StoreFile(Directory directory, String name, Optional<FileStatus> status) {
  private static final int MAX_VALUE_BYTES = 1 << 20;
  private static final int MAX_DOCUMENT_BYTES =
      (int) Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 4);

  /// A file that need not be there.
  public static StoreFile of(Directory directory, String name) throws IOException {
    return new StoreFile(directory, name, directory.find(name));
  }

  public boolean isThere() {
    return status.isPresent();
  }

  boolean isRegular() {
    return is(FileKind.REGULAR);
  }

  public boolean isLink() {
    return is(FileKind.SYMBOLIC_LINK);
  }

  /// Changes with the file; that of an absent file is the same every time.
  public Stamp stamp() {
    return status.map(Stamp::of).orElse(Stamp.ABSENT);
  }

  /// One stamp for `files`, in their order.
  public static Stamp stamp(StoreFile... files) {
    Stamp stamp = Stamp.ABSENT;
    for (StoreFile file : files) {
      stamp = stamp.with(file.stamp());
    }
    return stamp;
  }

  /// The whole content of a JSON document.
  ///
  /// @throws NoSuchFileException if it is missing
  /// @throws UnexpectedFileException if it is not a regular file
  /// @throws BeyondLimitException if it is too long
  public byte[] document() throws IOException {
    return read(MAX_DOCUMENT_BYTES);
  }

  /// The parsed value of a file that must exist.
  ///
  /// @throws MalformedFileException if it is missing, not a regular file, or rejected by `parse`
  /// @throws BeyondLimitException if it is too long
  /// @throws IOException if it cannot be read
  public <T> T require(Function<String, T> parse) throws IOException {
    return find(parse).orElseThrow(() -> new MalformedFileException(name, "missing"));
  }

  /// Like [#require], but a missing file is an answer, not an error.
  public <T> Optional<T> find(Function<String, T> parse) throws IOException {
    if (!isThere()) {
      return Optional.empty();
    }
    try {
      byte[] content = read(MAX_VALUE_BYTES);
      return Optional.of(parse.apply(new String(content, StandardCharsets.UTF_8)));
    } catch (NoSuchFileException vanished) {
      return Optional.empty();
    } catch (UnexpectedFileException unexpected) {
      throw new MalformedFileException(name, String.valueOf(unexpected.getReason()));
    } catch (IllegalArgumentException rejected) {
      throw new MalformedFileException(name, String.valueOf(rejected.getMessage()));
    }
  }

  private boolean is(FileKind kind) {
    return status.filter(found -> found.kind() == kind).isPresent();
  }

  private byte[] read(int maxBytes) throws IOException {
    if (isRegular() && status.orElseThrow().sizeBytes() > maxBytes) {
      throw new BeyondLimitException(
          "found %d bytes; at most %d are read"
              .formatted(status.orElseThrow().sizeBytes(), maxBytes));
    }
    return status.isPresent()
        ? directory.read(name, status.get(), maxBytes)
        : directory.read(name, maxBytes);
  }
}
