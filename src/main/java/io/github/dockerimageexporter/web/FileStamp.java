package io.github.dockerimageexporter.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What tells one content of a file from the next, without reading it; nothing for a file that is
/// not there.
record FileStamp(Map<String, Object> attributes) {
  static FileStamp of(Path file) {
    try {
      return new FileStamp(
          Files.readAttributes(file, "unix:dev,ino,size,mode,lastModifiedTime,ctime"));
    } catch (IOException absent) {
      return new FileStamp(Map.of());
    }
  }
}
