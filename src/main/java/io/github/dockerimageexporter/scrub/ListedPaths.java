package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tree.PathHash;
import io.github.dockerimageexporter.scrub.tree.PathSet;
import io.github.dockerimageexporter.scrub.tree.TreeWalk;

/// The paths that a record has reason to be there for, and those that it removes.
final class ListedPaths implements EntryVisitor, LayerSource.Inheritance {
  private final boolean isWholeTree;
  private final PathSet listed;
  private final PathSet removed;
  private String parent = "";

  /// Those of the whole record, as far as they fit in memory.
  ListedPaths(boolean isWholeTree) {
    this(isWholeTree, new PathSet(), new PathSet());
  }

  private ListedPaths(boolean isWholeTree, PathSet listed, PathSet removed) {
    this.isWholeTree = isWholeTree;
    this.listed = listed;
    this.removed = removed;
  }

  /// One part of them.
  static ListedPaths ofPart(boolean isWholeTree, int parts, int part) {
    return new ListedPaths(isWholeTree, PathSet.ofPart(parts, part), PathSet.ofPart(parts, part));
  }

  /// In how many parts all fit in memory; this one is of no use if it is more than one.
  @Override
  public int partsNeeded() {
    return Math.max(listed.partsNeeded(), removed.partsNeeded());
  }

  @Override
  public void file(TarEntry entry, long crc64) {
    if (entry.type() == TarEntry.Type.GLOBAL_HEADER) {
      return;
    }
    String path = TarPath.clean(entry.path());
    addParents(TarPath.parent(path));
    Whiteout.of(path)
        .ifPresentOrElse(
            this::add,
            () -> listed.add(PathHash.of(path, entry.type() == TarEntry.Type.DIRECTORY)));
  }

  private void add(Whiteout whiteout) {
    if (!isWholeTree) {
      listed.add(PathHash.of(whiteout.path(), false));
    }
    whiteout
        .hidden()
        .ifPresent(hidden -> (isWholeTree ? removed : listed).add(PathHash.of(hidden, false)));
  }

  /// A tar need not list the directories that its files are in.
  private void addParents(String path) {
    if (path.equals(parent)) {
      return;
    }
    parent = path;
    for (String each = path; !each.isEmpty(); each = TarPath.parent(each)) {
      listed.add(PathHash.of(each, true));
    }
  }

  /// Whether there is something at `path` that is not a directory.
  boolean hasFile(String path) {
    return listed.contains(PathHash.of(path, false));
  }

  /// Whether an entry would be in this part.
  boolean isResponsibleFor(TreeWalk entry) {
    return listed.isResponsibleFor(entry.hash(true));
  }

  @Override
  public boolean has(TreeWalk entry) {
    return hasAsDirectory(entry) || listed.contains(entry.hash(false));
  }

  boolean hasAsDirectory(TreeWalk entry) {
    return listed.contains(entry.hash(true));
  }

  boolean hasRemoved(TreeWalk entry) {
    return removed.contains(entry.hash(false));
  }
}
