package io.github.dockerimageexporter.demo;

import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/// A layer whose whole content follows from one word.
///
/// | entry              | content                                  |
/// |--------------------|------------------------------------------|
/// | `etc/`             |                                          |
/// | `etc/<word>.conf`  | `name = <word>`                          |
/// | `usr/`             |                                          |
/// | `usr/<word>`       | the word, on 100 to 1123 lines           |
record SampleLayer(String word) {
  static final Instant MODIFIED = Instant.parse("2026-01-01T00:00:00Z");
  private static final int BLOCK = 4096;
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  SampleLayer {
    if (!WORD.matcher(word).matches()) {
      throw new IllegalArgumentException(
          "expected a word of at most 64 letters, digits, dots and hyphens, found \"%s\""
              .formatted(word));
    }
  }

  LayerTar tar() {
    return new LayerTar(entries(), MODIFIED);
  }

  DiffId diffId() {
    return new DiffId(Digest.of(tar().bytes()));
  }

  /// What Docker's walk counts: every file's bytes, and nothing for a directory.
  long sizeBytes() {
    return entries().stream().mapToLong(LayerEntry::sizeBytes).sum();
  }

  /// What it takes unpacked, in a directory of its own, on a disk with blocks of 4 KiB.
  long allocatedBytes() {
    long blocks = 1;
    for (LayerEntry entry : entries()) {
      blocks += entry.isDirectory() ? 1 : (entry.sizeBytes() + BLOCK - 1) / BLOCK;
    }
    return blocks * BLOCK;
  }

  /// Writes the content as unpacking the tar does, over what `directory` already has.
  void unpack(Path directory) {
    try {
      for (LayerEntry entry : entries()) {
        write(entry, directory.resolve(entry.name()));
      }
      for (LayerEntry entry : entries()) {
        Files.setLastModifiedTime(directory.resolve(entry.name()), FileTime.from(MODIFIED));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(LayerEntry entry, Path path) {
    if (entry.isDirectory()) {
      StoreFiles.makeDirectories(path, StoreFiles.PUBLIC_DIRECTORY);
    } else {
      StoreFiles.create(path, entry.content(), StoreFiles.PUBLIC_FILE);
    }
  }

  private List<LayerEntry> entries() {
    int lines = 100 + Integer.parseInt(Digest.of(word).hex().substring(0, 4), 16) % 1024;
    return List.of(
        LayerEntry.directory("etc"),
        new LayerEntry("etc/" + word + ".conf", "name = " + word + "\n"),
        LayerEntry.directory("usr"),
        new LayerEntry("usr/" + word, (word + "\n").repeat(lines)));
  }
}
