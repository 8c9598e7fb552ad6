package io.github.dockerimageexporter.web;

import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.web.tls.PemSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/// What tells one content of a file from the next, without reading it; nothing for a file that is
/// not there.
///
/// A file can change twice within one tick of its file system's clock and look the same after both.
/// So of a file that has just changed, the content counts as well.
///
/// @param checksum of the content, if the attributes alone may not tell it from the next
record FileStamp(Map<String, Object> attributes, OptionalLong checksum) {
  private static final FileStamp ABSENT = new FileStamp(Map.of(), OptionalLong.empty());

  static FileStamp of(Path file) {
    try {
      Map<String, Object> attributes =
          Files.readAttributes(file, "unix:dev,ino,size,mode,lastModifiedTime,ctime,isRegularFile");
      return new FileStamp(
          attributes, isSettled(attributes) ? OptionalLong.empty() : checksum(file, attributes));
    } catch (IOException absent) {
      return ABSENT;
    }
  }

  /// Whether the content of `file` is another than it was at this stamp.
  ///
  /// @param now the stamp of `file`
  boolean hasChanged(Path file, FileStamp now) {
    return !attributes.equals(now.attributes)
        || (checksum.isPresent() && !checksum.equals(checksum(file, attributes)));
  }

  private static OptionalLong checksum(Path file, Map<String, Object> attributes) {
    if (!Boolean.TRUE.equals(attributes.get("isRegularFile"))) {
      return OptionalLong.empty();
    }
    var checksum = new CRC32();
    try (InputStream in = Files.newInputStream(file)) {
      checksum.update(in.readNBytes(PemSource.MAX_BYTES));
    } catch (IOException unreadable) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(checksum.getValue());
  }

  private static boolean isSettled(Map<String, Object> attributes) {
    return Stamp.isSettled(
        nanos(attributes, "ctime"),
        nanos(attributes, "lastModifiedTime"),
        TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()));
  }

  private static long nanos(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : 0;
  }
}
