package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.StorePath;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a layer's directory is compared with, in the state in which a scan found it.
public sealed interface LayerRecord {

  /// Whether a directory can be compared with it that closely, without reading what takes as long
  /// as a closer look.
  default boolean allows(LayerVerdict.Depth depth) {
    return depth == LayerVerdict.Depth.CONTENT;
  }

  /// The file from which Docker restores a layer's tar.
  ///
  /// There is one for each layer, and several times: so it has no [Path], which takes twice the
  /// memory.
  ///
  /// @param root the data root
  /// @param relative its path from there, with the name of the layer's directory last but one
  /// @param stamp changes with the file
  record TarSplitFile(Path root, String relative, long stamp) implements LayerRecord {
    public StorePath path() {
      return new StorePath(root, root.resolve(relative), 2);
    }

    // Written out, as a key of maps: what records generate is several times slower without C2.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof TarSplitFile that
          && stamp == that.stamp
          && relative.equals(that.relative)
          && root.equals(that.root);
    }

    @Override
    public int hashCode() {
      return 31 * relative.hashCode() + Long.hashCode(stamp);
    }

    @Override
    public boolean allows(LayerVerdict.Depth depth) {
      return true;
    }
  }

  /// The layer's tar itself, compressed or not; what it lists is known only once it was read.
  ///
  /// @param digest its name
  /// @param path relative to the data root, or absolute
  /// @param sizeBytes what is recorded of it
  /// @param stamp changes with the file
  /// @param twins others that unpack to the same, for other images
  record Blob(Digest digest, String path, long sizeBytes, long stamp, List<Blob> twins)
      implements LayerRecord {
    public Blob {
      twins = List.copyOf(twins);
    }

    /// The same without its twins.
    public Blob alone() {
      return twins.isEmpty() ? this : new Blob(digest, path, sizeBytes, stamp, List.of());
    }
  }

  /// There is none, as `reason` says.
  record None(String reason) implements LayerRecord {}

  /// A directory, and the record of the layer that it is of. One record may be that of several
  /// layers, which are the same but for what they stand on.
  ///
  /// @param record without its twins: it is the same whichever images come and go
  record Held(Path directory, LayerRecord record) {
    public Held {
      record = record instanceof Blob blob ? blob.alone() : record;
    }

    // Written out for the same reason.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Held that
          && directory.equals(that.directory)
          && record.equals(that.record);
    }

    @Override
    public int hashCode() {
      return 31 * directory.hashCode() + record.hashCode();
    }

    /// A blob that no layer is compared with: it stands for itself.
    public static Held ofBlob(Blob blob) {
      return new Held(Path.of(blob.path()), blob);
    }
  }
}
