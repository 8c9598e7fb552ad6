package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.scrub.tree.TreeWalk;
import java.io.IOException;

/// Where the entries of a layer's tar come from, for one scrub of one layer.
interface LayerSource extends AutoCloseable {
  /// Tells of each entry. The first time, each is compared by [#content] while it is told.
  void read(EntryVisitor visitor) throws IOException;

  /// Compares files with what the tar has of them.
  Content content();

  /// Finds what of the content differs, once all entries were told.
  ///
  /// @return whether what differs may be explained by what this process does not see
  boolean findChanged(LayerTree tree) throws IOException;

  /// What the layers below have.
  ///
  /// @param paths may take some, as far as they are in its part
  Inheritance inheritance(PathTable paths) throws IOException;

  @Override
  void close();

  /// What the tar has of the files that are told, one after the other.
  interface Content {
    /// Bytes of the tar that are no file's.
    void segment(byte[] bytes, int offset, int length);

    /// The content of the file that was found last, of the size that the tar has of it.
    void file(LayerTree tree, String path, long sizeBytes) throws IOException;

    /// Notes that a file of the tar is not there as it was.
    void lose();

    /// How many bytes of files were read.
    long bytes();
  }

  /// The files of the layers below that a layer's directory may have as well.
  @FunctionalInterface
  interface Inheritance {
    /// Whether the entry that `walk` is at is no more than what is below.
    boolean has(TreeWalk walk) throws IOException;
  }
}
