package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.FileSum;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.Part;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.scrub.tree.PathTable.Mark;
import io.github.dockerimageexporter.scrub.tree.TreeSum;
import java.io.IOException;
import java.util.Optional;

/// Whether a layer's directory has exactly what its record lists: one reading of the record, and
/// the one walk that measures the directory, each of which is summed up. Only the directories are
/// kept in memory, since a record need not list them.
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

  /// Whether all is as listed; false, too, if there are more directories than fit in memory.
  boolean isWhole() throws IOException {
    PathTable directories = buffers.paths();
    directories.begin(Part.ALL);
    var listed = new ListedFiles(directories, tree, owners);
    source.read(listed);
    entries = listed.entries();
    if (!listed.isCertain() || !directories.part().isAll()) {
      return false;
    }
    var found = new TreeSum(directories, buffers, owners.isKnown());
    buffers.measurer().measure(target.content(), Optional.empty(), found);
    Optional<FileSum> sum = found.sum();
    return sum.isPresent()
        && sum.get().equals(listed.sum())
        && found.passed() == directories.countOnly(Mark.WAY);
  }

  /// How many entries the record lists.
  long entries() {
    return entries;
  }
}
