package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.file.ChainInterner;
import io.github.dockerimageexporter.store.file.ChainInterner.Stack;
import io.github.dockerimageexporter.store.file.MalformedFileException;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StoreFile;
import java.io.IOException;
import java.util.Optional;

/// The files of one layer in the layer store.
///
/// | file       | content                          | absent when      |
/// |------------|----------------------------------|------------------|
/// | `diff`     | diff ID                          | never            |
/// | `cache-id` | the graph driver's name          | never            |
/// | `size`     | decimal bytes of this layer only | never            |
/// | `parent`   | chain ID of the layer below      | it is the lowest |
///
/// Of `tar-split.json.gz` only the stat is read here. White space is allowed around every value but
/// `size`, as in Docker itself.
///
/// Source: moby, `daemon/internal/layer/filestore.go`.
record LayerFiles(
    StoreFile diff, StoreFile cacheId, StoreFile size, StoreFile parent, StoreFile tarSplit) {
  private static final String CACHE_ID = "cache-id";

  private static final String DIFF = "diff";
  private static final String SIZE = "size";
  private static final String PARENT = "parent";

  /// Whether those of the layer `entry` still are as they were when they had `stamp`.
  static boolean hold(Directory store, DirectoryEntry entry, Stamp stamp) {
    return entry.holds(store, stamp, DIFF, CACHE_ID, SIZE, PARENT, GraphDriverLayout.TAR_SPLIT);
  }

  /// Those in `directory`, as they are there now.
  static LayerFiles in(Directory directory) throws IOException {
    return new LayerFiles(
        StoreFile.of(directory, DIFF),
        StoreFile.of(directory, CACHE_ID),
        StoreFile.of(directory, SIZE),
        StoreFile.of(directory, PARENT),
        StoreFile.of(directory, GraphDriverLayout.TAR_SPLIT));
  }

  Stamp stamp() {
    return StoreFile.stamp(diff, cacheId, size, parent, tarSplit);
  }

  /// What they say of the layer `chainId`.
  Layer read(ChainId chainId, ChainInterner chains) throws IOException {
    DiffId diffId = diff.require(text -> DiffId.parse(text.strip()));
    Stack stack = chains.stack(parent.find(text -> ChainId.parse(text.strip())), diffId);
    ChainId implied = stack.chainId().orElseThrow();
    return new Layer(
        implied.equals(chainId) ? implied : chainId,
        stack.diffId(),
        stack.below(),
        cacheId.require(text -> new CacheId(text.strip())),
        size.require(LayerFiles::parseBytes),
        implied);
  }

  /// The driver directory that an unfinished layer names, if it does so yet, or still.
  ///
  /// @param path that of `store`, relative to the data root
  static Optional<CacheId> findCacheId(
      Directory store, String path, String name, ReadFailures failures) {
    try {
      return findCacheId(store, name);
    } catch (MalformedFileException malformed) {
      failures.path("%s/%s/%s".formatted(path, name, CACHE_ID), malformed.reason());
      return Optional.empty();
    } catch (IOException unreadable) {
      failures.path("%s/%s/%s".formatted(path, name, CACHE_ID), unreadable);
      return Optional.empty();
    }
  }

  private static Optional<CacheId> findCacheId(Directory store, String name) throws IOException {
    return StoreFile.of(store, name + "/" + CACHE_ID).find(text -> new CacheId(text.strip()));
  }

  /// The same of a layer of which it is known already that its record is invalid.
  static Optional<CacheId> findCacheIdOfInvalid(Directory store, String name) {
    try {
      return findCacheId(store, name);
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  /// What Docker parses a size with takes a sign, and nothing else around the digits, as Java does;
  /// but no digits of other scripts.
  private static long parseBytes(String text) {
    if (isAscii(text)) {
      try {
        long bytes = Long.parseLong(text);
        if (bytes >= 0) {
          return bytes;
        }
      } catch (NumberFormatException other) {
        // More than a count of bytes can be is none either.
      }
    }
    throw new IllegalArgumentException(
        "expected a number of bytes, found \"" + Quote.of(text) + "\"");
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > '\u007f') {
        return false;
      }
    }
    return true;
  }
}
