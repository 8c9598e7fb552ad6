package io.github.dockerimageexporter.demo;

import java.nio.charset.StandardCharsets;

/// A file or directory of a layer, as its tar names it.
///
/// @param name relative, with `/` at the end of a directory's
/// @param text the file's content; empty for a directory
record LayerEntry(String name, String text) {

  static LayerEntry directory(String name) {
    return new LayerEntry(name + "/", "");
  }

  boolean isDirectory() {
    return name.endsWith("/");
  }

  byte[] content() {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  long sizeBytes() {
    return content().length;
  }
}
