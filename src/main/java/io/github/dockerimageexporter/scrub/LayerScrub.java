package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.posix.RegularFile;
import io.github.dockerimageexporter.scrub.ScrubTarget.LowerLayer;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.TreeWalk;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// The scrub of one layer.
///
/// | pass           | reads                                | finds                                |
/// |----------------|--------------------------------------|--------------------------------------|
/// | [ShapePass]    | the record, and each file's status   | what is missing, or another          |
/// |                | its content too, where that is asked | whether the tar is the layer's       |
/// | the way back   | the directory                        | what the record does not list        |
/// | [ChecksumPass] | all content again, if it is not      | which files differ                   |
final class LayerScrub {
  private static final String MOVED =
      "the kernel has moved directories of it, or copied the metadata of files alone (overlay's"
          + " redirect_dir or metacopy)";
  private static final String HIDDEN =
      "whether it is right shows in extended attributes that only a process with CAP_SYS_ADMIN can"
          + " see";

  private final ScrubTarget target;
  private final TarSplitFile record;
  private final Buffers buffers;
  private final Pace pace;
  private final Owners owners;
  private final boolean canSeeMarks;
  private final Differences differences = new Differences();

  LayerScrub(
      ScrubTarget target,
      TarSplitFile record,
      Buffers buffers,
      Pace pace,
      Owners owners,
      boolean canSeeMarks) {
    this.target = target;
    this.record = record;
    this.buffers = buffers;
    this.pace = pace;
    this.owners = owners;
    this.canSeeMarks = canSeeMarks;
  }

  LayerVerdict run() throws IOException {
    try (LayerTree tree = LayerTree.open(target.content(), buffers)) {
      var content = new ContentDigest(target.depth(), pace);
      var shape =
          new ShapePass(tree, content, owners, differences, target.isWholeTree(), canSeeMarks);
      readRecord(shape);
      findUnlisted(tree, shape.listed());
      boolean isHidden = shape.hidesMarks();
      if (target.depth() == Depth.CONTENT && !content.finish().equals(expected())) {
        isHidden |= findFiles(tree);
      }
      return verdict(tree, shape.entries(), content.bytes(), isHidden);
    }
  }

  private Optional<DiffId> expected() {
    return Optional.of(target.diffId());
  }

  private void readRecord(TarSplitRecord.Visitor visitor) throws IOException {
    readRecord(record, visitor);
  }

  private static void readRecord(TarSplitFile file, TarSplitRecord.Visitor visitor)
      throws IOException {
    try (RegularFile opened = UnpackedRecord.open(file)) {
      TarSplitRecord.read(opened, visitor);
    }
  }

  /// Whether what differs may be explained by what this process does not see.
  private boolean findFiles(LayerTree tree) throws IOException {
    var content = new ContentDigest(Depth.CONTENT, pace);
    var pass = new ChecksumPass(tree, content, differences, canSeeMarks);
    readRecord(pass);
    Optional<DiffId> actual = content.finish();
    boolean isExplained = pass.hasPlaceholders() || differences.has(Fault.FILE_CHECKSUM);
    if (actual.isPresent() && !actual.equals(expected()) && !isExplained) {
      differences.add(Fault.DIFF_ID, actual.get().toString());
    }
    return pass.hasPlaceholders();
  }

  /// Finds what the record does not list, in as many passes as its paths take memory.
  private void findUnlisted(LayerTree tree, ListedPaths own) throws IOException {
    var inherited = new ListedPaths(true);
    readBelow(inherited);
    int parts = Math.max(own.partsNeeded(), inherited.partsNeeded());
    if (parts == 1) {
      tree.walk(walk -> isListed(walk, own, inherited));
      return;
    }
    for (int part = 0; part < parts; part++) {
      var ownPart = ListedPaths.ofPart(target.isWholeTree(), parts, part);
      readRecord(ownPart);
      var inheritedPart = ListedPaths.ofPart(true, parts, part);
      readBelow(inheritedPart);
      tree.walk(walk -> isListed(walk, ownPart, inheritedPart));
    }
  }

  private void readBelow(ListedPaths inherited) throws IOException {
    if (target.files() == LayerFiles.OWN) {
      return;
    }
    for (LowerLayer below : target.below()) {
      if (below.record() instanceof TarSplitFile file) {
        readRecord(file, inherited);
      }
    }
  }

  /// Tells what no layer has listed; whether to list what is in the entry.
  private boolean isListed(TreeWalk walk, ListedPaths own, ListedPaths inherited) {
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
