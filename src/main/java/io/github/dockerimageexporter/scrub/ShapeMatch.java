package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.FileTable;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.TreeMatch;
import java.io.IOException;
import java.util.Optional;

/// Whether a layer's directory has exactly what its record lists: one reading of the record, and
/// the one walk that measures the directory.
///
/// Nearly all layers do. It says of no layer that it differs: those of which it cannot be said so
/// are for [ShapePass], which also knows what else is all right.
final class ShapeMatch {
  private final ScrubTarget target;
  private final LayerSource source;
  private final LayerTree tree;
  private final Buffers buffers;
  private final Owners owners;
  private long entries;

  ShapeMatch(
      ScrubTarget target, LayerSource source, LayerTree tree, Buffers buffers, Owners owners) {
    this.target = target;
    this.source = source;
    this.tree = tree;
    this.buffers = buffers;
    this.owners = owners;
  }

  /// Whether all is as listed, found out in as many passes as the list takes memory.
  boolean isWhole() throws IOException {
    var files = new FileTable();
    int parts = 1;
    for (int part = 0; part < parts; part++) {
      files.begin(parts, part);
      var listed = new ListedFiles(files, tree, owners);
      source.read(listed);
      entries = listed.entries();
      if (files.partsNeeded() > parts) {
        parts = files.partsNeeded();
        part = -1;
      } else if (!listed.isCertain() || !isWhole(files)) {
        return false;
      }
    }
    return true;
  }

  private boolean isWhole(FileTable files) throws IOException {
    var match = new TreeMatch(files, buffers, owners.isKnown());
    buffers.measurer().measure(target.content(), Optional.empty(), match);
    return match.isWhole();
  }

  /// How many entries the record lists.
  long entries() {
    return entries;
  }
}
