package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.Function;

/// Reads the one-value files that the store is made of, and the JSON documents.
///
/// | file                 | at most |
/// |----------------------|---------|
/// | one value            | 4 KiB   |
/// | a JSON document      | 8 MiB   |
final class StoreFile {
  static final int MAX_VALUE_BYTES = 4096;
  static final int MAX_DOCUMENT_BYTES = 8 << 20;

  /// The stamp of what is not there.
  static final long ABSENT = 0;

  private StoreFile() {}

  /// Reads and parses a file that must exist.
  ///
  /// @throws MalformedFileException if it is missing, no regular file, too long, or `parse` rejects
  ///     its text
  /// @throws IOException if it cannot be read
  static <T> T require(Directory directory, String name, Function<String, T> parse)
      throws IOException {
    return find(directory, name, parse)
        .orElseThrow(() -> new MalformedFileException(name, "missing"));
  }

  /// Like [#require], but a missing file is an answer, not an error.
  static <T> Optional<T> find(Directory directory, String name, Function<String, T> parse)
      throws IOException {
    try {
      byte[] content = directory.read(name, MAX_VALUE_BYTES);
      return Optional.of(parse.apply(new String(content, StandardCharsets.UTF_8)));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (UnexpectedFileException unexpected) {
      throw new MalformedFileException(name, String.valueOf(unexpected.getReason()));
    } catch (IllegalArgumentException rejected) {
      throw new MalformedFileException(name, String.valueOf(rejected.getMessage()));
    }
  }

  /// The stamp of a file, which changes with it; that of an absent file is the same every time.
  static long stamp(Directory directory, String name) throws IOException {
    return directory.find(name).map(FileStatus::stamp).orElse(ABSENT);
  }

  /// One stamp for `files`, in their order.
  static long stamp(Directory directory, String... files) throws IOException {
    long stamp = ABSENT;
    for (String file : files) {
      stamp = 31 * stamp + stamp(directory, file);
    }
    return stamp;
  }
}
