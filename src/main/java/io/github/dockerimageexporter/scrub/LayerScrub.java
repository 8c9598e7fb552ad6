package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.scrub.LayerSource.Inheritance;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tar.Whiteout;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.LowerTrees;
import io.github.dockerimageexporter.scrub.tree.OverlayAttributes;
import io.github.dockerimageexporter.scrub.tree.Part;
import io.github.dockerimageexporter.scrub.tree.PathSums;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.scrub.tree.TreeWalk;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
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

  private static final String TOO_MANY =
      "it has more files than it can be told of which of them its record lists";

  /// Some 12 million paths at least, in groups that differ. Each part is another reading of the
  /// record and another walk: where a directory has none of the names of its record, but as many
  /// others, that takes 35 s of a processor for one million and 125 s for three, some 20 minutes
  /// for ten.
  private static final int MOST_PARTS = 32;

  private final ScrubTarget target;
  private final LayerSource source;
  private final Buffers buffers;
  private final LowerTrees below;
  private final Owners owners;
  private final boolean canSeeMarks;
  private final Differences differences;
  private Optional<List<String>> opaque = Optional.empty();

  LayerScrub(
      ScrubTarget target,
      LayerSource source,
      Differences differences,
      Buffers buffers,
      LowerTrees below,
      Owners owners,
      boolean canSeeMarks) {
    this.target = target;
    this.below = below;
    this.source = source;
    this.differences = differences;
    this.buffers = buffers;
    this.owners = owners;
    this.canSeeMarks = canSeeMarks;
  }

  LayerVerdict run() throws IOException {
    try (LayerTree tree = LayerTree.open(target.content(), buffers)) {
      if (target.depth() == Depth.SHAPE) {
        ShapeMatch match = match(tree);
        if (match.isWhole()) {
          return new LayerVerdict.Verified(match.entries(), 0);
        }
      }
      ShapePass shape = compare(tree);
      opaque = shape.opaque();
      boolean isComplete = findUnlisted(tree);
      boolean isHidden = source.findChanged(tree) || shape.hidesMarks();
      LayerVerdict verdict = verdict(tree, shape.entries(), source.content().bytes(), isHidden);
      return isComplete || verdict.isHarm() ? verdict : new LayerVerdict.Unverifiable(TOO_MANY);
    }
  }

  /// The directories that an attribute marks as the record says; empty if they are not known.
  Optional<List<String>> opaque() {
    return opaque;
  }

  private ShapeMatch match(LayerTree tree) {
    return new ShapeMatch(target, source::read, tree, buffers, owners);
  }

  private ShapePass compare(LayerTree tree) throws IOException {
    buffers.paths().begin(Part.ALL);
    var pass =
        new ShapePass(
            tree,
            source.content(),
            owners,
            differences,
            listed(),
            below,
            target.files(),
            canSeeMarks);
    source.read(pass);
    pass.finish();
    return pass;
  }

  private ListedPaths listed() {
    return new ListedPaths(buffers.paths(), target.isWholeTree());
  }

  /// Finds what the record does not list: by the paths that are kept of it, or, if those are more
  /// than fit in memory, by those of the groups that differ, in as many passes as they take.
  ///
  /// @return whether that was not too many
  private boolean findUnlisted(LayerTree tree) throws IOException {
    PathTable paths = buffers.paths();
    Deque<Part> left = new ArrayDeque<>();
    if (paths.part().isAll()) {
      tellUnlisted(tree, source.inheritance(paths));
      left.addAll(Part.ALL.without(paths.part()));
    } else {
      Part some = unlisted(tree);
      if (!some.isEmpty()) {
        left.add(some);
      }
    }
    while (!left.isEmpty() && left.element().count() <= MOST_PARTS) {
      Part part = left.remove();
      paths.begin(part);
      source.read(listed());
      tellUnlisted(tree, source.inheritance(paths));
      left.addAll(part.without(paths.part()));
    }
    return left.isEmpty();
  }

  private Part unlisted(LayerTree tree) throws IOException {
    var sums = new PathSums();
    source.read(ListedPaths.each(target.isWholeTree(), sums::list));
    tree.walk(
        walk -> {
          sums.find(walk.hash());
          return true;
        });
    return sums.unlisted();
  }

  private void tellUnlisted(LayerTree tree, Inheritance inherited) throws IOException {
    ListedPaths own = listed();
    tree.walk(
        walk -> {
          tellMark(walk, own);
          return isListed(walk, own, inherited);
        });
  }

  /// Tells a directory that is marked to show nothing of the layers below, if the record does not
  /// say so, and something would be seen. Work with a merged tree marks new directories too, which
  /// hide nothing.
  private void tellMark(TreeWalk walk, ListedPaths own) throws IOException {
    if (target.depth() == Depth.CONTENT
        && walk.isDirectory()
        && !target.isWholeTree()
        && own.isResponsibleFor(walk)
        && walk.hasAttribute(OverlayAttributes.OPAQUE)) {
      String directory = walk.path();
      if (!own.mayHide(directory) && below.show(directory, own::says)) {
        String mark = Whiteout.opaqueMarks(directory).getFirst();
        differences.add(Fault.FILE_UNEXPECTED, mark, "hides what the layers below have there");
      }
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
    if (isWhiteout(walk) && own.mayHide(TarPath.parent(walk.path()))) {
      return false;
    }
    differences.add(Fault.FILE_UNEXPECTED, walk.path());
    return false;
  }

  /// What work with a merged tree leaves behind: places to mount on, marks of new directories, and
  /// whiteouts of what the layers below do not have.
  private boolean isHarmless(TreeWalk walk) throws IOException {
    return walk.isDirectory()
        || Whiteout.isOpaqueMark(TarPath.name(walk.path()))
        || (isWhiteout(walk) && below.have(walk));
  }

  /// A record that removes all of a directory need not list it.
  private static boolean isWhiteout(TreeWalk walk) throws IOException {
    return LayerTree.isWhiteout(walk.status()) || Whiteout.of(walk.path()).isPresent();
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
