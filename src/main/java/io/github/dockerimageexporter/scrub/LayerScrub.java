package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.scrub.LayerSource.Inheritance;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.TreeWalk;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/// The scrub of one layer.
///
/// | pass           | reads                                | finds                                |
/// |----------------|--------------------------------------|--------------------------------------|
/// | [ShapeMatch]   | the record, then the directory       | whether that is all there is to do   |
/// | [ShapePass]    | the record, and each file's status   | what is missing, or another          |
/// |                | its content too, where that is asked | whether that is the tar's            |
/// | the way back   | the directory                        | what the record does not list        |
/// | [LayerSource]  | content again, where it has to       | which files differ                   |
final class LayerScrub {
  private static final String MOVED =
      "the kernel has moved directories of it, or copied the metadata of files alone (overlay's"
          + " redirect_dir or metacopy)";
  private static final String HIDDEN =
      "whether it is right shows in extended attributes that only a process with CAP_SYS_ADMIN can"
          + " see";

  private final ScrubTarget target;
  private final LayerSource source;
  private final Buffers buffers;
  private final Owners owners;
  private final boolean canSeeMarks;
  private final Differences differences;

  LayerScrub(
      ScrubTarget target,
      LayerSource source,
      Differences differences,
      Buffers buffers,
      Owners owners,
      boolean canSeeMarks) {
    this.target = target;
    this.source = source;
    this.differences = differences;
    this.buffers = buffers;
    this.owners = owners;
    this.canSeeMarks = canSeeMarks;
  }

  LayerVerdict run() throws IOException {
    try (LayerTree tree = LayerTree.open(target.content(), buffers)) {
      if (target.depth() == Depth.SHAPE) {
        var match = new ShapeMatch(target, source, tree, buffers, owners);
        if (match.isWhole()) {
          return new LayerVerdict.Verified(match.entries(), 0);
        }
      }
      var shape =
          new ShapePass(
              tree, source.content(), owners, differences, target.isWholeTree(), canSeeMarks);
      source.read(shape);
      findUnlisted(tree, shape.listed());
      boolean isHidden = source.findChanged(tree) || shape.hidesMarks();
      return verdict(tree, shape.entries(), source.content().bytes(), isHidden);
    }
  }

  /// Finds what the record does not list, in as many passes as its paths take memory.
  private void findUnlisted(LayerTree tree, ListedPaths own) throws IOException {
    Inheritance inherited = source.inheritance(1, 0);
    int parts = Math.max(own.partsNeeded(), inherited.partsNeeded());
    if (parts == 1) {
      tree.walk(walk -> isListed(walk, own, inherited));
      return;
    }
    for (int part = 0; part < parts; part++) {
      var ownPart = ListedPaths.ofPart(target.isWholeTree(), parts, part);
      source.read(ownPart);
      Inheritance inheritedPart = source.inheritance(parts, part);
      tree.walk(walk -> isListed(walk, ownPart, inheritedPart));
    }
  }

  /// Tells what no layer has listed; whether to list what is in the entry.
  private boolean isListed(TreeWalk walk, ListedPaths own, Inheritance inherited)
      throws IOException {
    if (!own.isResponsibleFor(walk) || own.hasAsDirectory(walk)) {
      return true;
    }
    if (own.has(walk)) {
      return false;
    }
    if (!own.hasRemoved(walk) && inherited.has(walk)) {
      return true;
    }
    if (target.files() == LayerFiles.OWN_AND_COPIED && isHarmless(walk)) {
      return true;
    }
    differences.add(Fault.FILE_UNEXPECTED, walk.path());
    return false;
  }

  /// What work with a merged tree leaves behind: places to mount on, and marks of new directories.
  private static boolean isHarmless(TreeWalk walk) {
    return walk.isDirectory() || Whiteout.isOpaqueMark(TarPath.name(walk.path()));
  }

  private LayerVerdict verdict(LayerTree tree, long entries, long bytes, boolean isHidden)
      throws IOException {
    boolean mayBeMoved =
        differences.has(Fault.FILE_MISSING) || differences.has(Fault.FILE_CHECKSUM);
    if (mayBeMoved && isMarked(tree)) {
      return new LayerVerdict.Unverifiable(MOVED);
    }
    boolean isExplained = isHidden;
    if (!canSeeMarks && !target.isWholeTree()) {
      isExplained |= differences.remove(Fault.FILE_MISSING);
    }
    if (!differences.isEmpty()) {
      return new LayerVerdict.Corrupt(differences.toMap());
    }
    return isExplained
        ? new LayerVerdict.Unverifiable(HIDDEN)
        : new LayerVerdict.Verified(entries, bytes);
  }

  private static boolean isMarked(LayerTree tree) throws IOException {
    var marked = new AtomicBoolean();
    tree.walk(
        walk -> {
          if (!marked.get() && walk.hasAttribute(OverlayAttributes.REFERRING)) {
            marked.set(true);
          }
          return !marked.get();
        });
    return marked.get();
  }
}
