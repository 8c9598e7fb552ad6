package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.file.ChainInterner;
import io.github.dockerimageexporter.store.file.ChainInterner.Stack;
import io.github.dockerimageexporter.store.file.StoreFile;
import java.io.IOException;
import java.util.regex.Pattern;

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
  static final String CACHE_ID = "cache-id";

  private static final String DIFF = "diff";
  private static final String SIZE = "size";
  private static final String PARENT = "parent";

  /// What Docker parses a size with takes a sign, and nothing else around the digits.
  private static final Pattern SIZE_FORM = Pattern.compile("[+-]?[0-9]+");

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

  private static long parseBytes(String text) {
    if (SIZE_FORM.matcher(text).matches()) {
      try {
        long bytes = Long.parseLong(text);
        if (bytes >= 0) {
          return bytes;
        }
      } catch (NumberFormatException tooLarge) {
        // No more a count of bytes than what is no number.
      }
    }
    throw new IllegalArgumentException(
        "expected a number of bytes, found \"" + Quote.of(text) + "\"");
  }
}
