package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.FilePrint;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.Part;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.scrub.tree.PathTable.Mark;
import io.github.dockerimageexporter.scrub.tree.TreeSum;
import io.github.dockerimageexporter.usage.ContentVisitor;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/// Whether a layer's directory has exactly what its record lists: one reading of the record, and
/// the one walk that measures the directory, each of which is summed up. Only the directories are
/// kept in memory, since a record need not list them.
///
/// Nearly all layers do. It says of no layer that it differs: those of which it cannot be said so
/// are for [ShapePass], which also knows what else is all right.
final class ShapeMatch {
  private final ScrubTarget target;
  private final Entries record;
  private final LayerTree tree;
  private final Buffers buffers;
  private final Owners owners;
  private Optional<ListedFiles> listed = Optional.empty();

  /// Tells of each entry of a record.
  @FunctionalInterface
  interface Entries {
    void read(EntryVisitor visitor) throws IOException;
  }

  /// By one walk over a directory, and all that it lists.
  @FunctionalInterface
  interface Walk {
    void tell(ContentVisitor visitor) throws IOException;
  }

  ShapeMatch(ScrubTarget target, Entries record, LayerTree tree, Buffers buffers, Owners owners) {
    this.target = target;
    this.record = record;
    this.tree = tree;
    this.buffers = buffers;
    this.owners = owners;
  }

  /// Whether all is as listed; false, too, if there are more directories than fit in memory.
  boolean isWhole() throws IOException {
    return list()
        && isWhole(found -> buffers.measurer().measure(target.content(), Optional.empty(), found));
  }

  /// Reads the record; whether a walk can tell the rest.
  boolean list() throws IOException {
    PathTable directories = buffers.paths();
    directories.begin(Part.ALL);
    var list = new ListedFiles(directories, tree, owners);
    record.read(list);
    listed = Optional.of(list);
    return list.isCertain() && directories.part().isAll();
  }

  /// Whether `walk` finds what was listed, and nothing else.
  boolean isWhole(Walk walk) throws IOException {
    PathTable directories = buffers.paths();
    var found =
        new TreeSum(
            directories,
            buffers,
            (status, target) -> FilePrint.of(status, owners.isKnown(), target));
    walk.tell(found);
    return found.sum().isPresent()
        && found.sum().equals(listed.map(ListedFiles::sum))
        && found.passed() == directories.countOnly(Mark.WAY);
  }

  /// How many entries the record lists.
  long entries() {
    return listed.map(ListedFiles::entries).orElse(0L);
  }

  /// The lengths of the files that it lists; empty if it was not read to its end.
  OptionalLong bytes() {
    return listed.map(ListedFiles::bytes).orElse(OptionalLong.empty());
  }
}
