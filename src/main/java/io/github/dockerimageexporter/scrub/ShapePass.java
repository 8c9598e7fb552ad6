package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.StatusBuffer;
import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.record.UnverifiableException;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tar.Whiteout;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.LayerTree.Found;
import io.github.dockerimageexporter.scrub.tree.LowerTrees;
import io.github.dockerimageexporter.scrub.tree.OverlayAttributes;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A pass over a record that looks for each of its entries in the layer's directory, keeps their
/// paths for the way back, and reads the content if that is wanted.
final class ShapePass implements EntryVisitor {
  private static final String WHITEOUT_DEVICE = "the character device 0:0";

  /// Of how many paths it is kept that they were told.
  private static final int MOST_TOLD = 1000;

  private final LayerTree tree;
  private final LayerSource.Content content;
  private final Owners owners;
  private final EntryComparison comparison;
  private final Differences differences;
  private final LayerFiles files;
  private final boolean canSeeMarks;
  private final ListedPaths listed;
  private final LowerTrees below;
  private final Set<String> told = new HashSet<>();

  /// Directories where the tar says that there is nothing, and has put nothing so far.
  private final Set<String> uncovered = new LinkedHashSet<>();

  /// Directories that an attribute marks.
  private final Set<String> opaque = new LinkedHashSet<>();

  /// Directories without such an attribute that were looked through.
  private final Set<String> searched = new HashSet<>();

  private boolean hidesMarks;
  private long entries;

  ShapePass(
      LayerTree tree,
      LayerSource.Content content,
      Owners owners,
      Differences differences,
      ListedPaths listed,
      LowerTrees below,
      LayerFiles files,
      boolean canSeeMarks) {
    this.tree = tree;
    this.content = content;
    this.owners = owners;
    this.comparison = new EntryComparison(tree, owners, differences);
    this.differences = differences;
    this.listed = listed;
    this.below = below;
    this.files = files;
    this.canSeeMarks = canSeeMarks;
  }

  /// The directories that an attribute marks as the record says; empty if they are very many.
  Optional<List<String>> opaque() {
    return opaque.size() < MOST_TOLD ? Optional.of(List.copyOf(opaque)) : Optional.empty();
  }

  /// How many entries the record lists.
  long entries() {
    return entries;
  }

  /// Whether it lists what only an attribute shows that this process does not see.
  boolean hidesMarks() {
    return hidesMarks;
  }

  @Override
  public void segment(byte[] bytes, int offset, int length) {
    content.segment(bytes, offset, length);
  }

  @Override
  public void file(TarEntry entry, long crc64) throws IOException {
    if (entry.type() == TarEntry.Type.SPARSE) {
      throw UnverifiableException.ofSparseFiles();
    }
    if (entry.type() == TarEntry.Type.GLOBAL_HEADER) {
      return;
    }
    entries++;
    listed.file(entry, crc64);
    String path = TarPath.clean(entry.path());
    differences.forget(path);
    cover(path);
    Optional<Whiteout> whiteout = Whiteout.of(path);
    if (whiteout.isEmpty()) {
      compare(path, entry);
      return;
    }
    if (files == LayerFiles.WHOLE_TREE) {
      whiteout.get().hidden().ifPresent(differences::forget);
    } else {
      compare(whiteout.get());
    }
    if (entry.sizeBytes() > 0) {
      content.lose();
    }
  }

  private void compare(String path, TarEntry entry) throws IOException {
    boolean isSame =
        switch (tree.find(path)) {
          case PRESENT -> isTold(path, entry) || comparison.compare(path, entry);
          case ABSENT -> {
            if (!owners.mayLeaveOut(entry.type())) {
              differences.add(Fault.FILE_MISSING, path);
            }
            yield false;
          }
          case BLOCKED -> {
            requireNoLink(tree.blocking());
            tellBlocking();
            yield false;
          }
        };
    if (entry.sizeBytes() > 0) {
      if (isSame) {
        content.file(tree, path, entry.sizeBytes());
      } else {
        content.lose();
      }
    }
  }

  /// What is unpacked through a link of the same tar is elsewhere in the directory, where it would
  /// seem to be unexpected.
  private void requireNoLink(String path) throws UnverifiableException {
    if (listed.mayHaveFile(path)) {
      throw new UnverifiableException("its tar has files below one of its own links");
    }
  }

  /// What is not a directory is told once, not for each file that was in it.
  private void tellBlocking() {
    if (isNew(tree.blocking())) {
      differences.add(Fault.FILE_METADATA, tree.blocking(), "not a directory");
    }
  }

  private boolean isTold(String path, TarEntry entry) {
    return entry.type() == TarEntry.Type.DIRECTORY
        && tree.status().kind() != FileKind.DIRECTORY
        && !isNew(path);
  }

  private boolean isNew(String path) {
    return told.size() < MOST_TOLD && told.add(path);
  }

  private void compare(Whiteout whiteout) throws IOException {
    boolean isThere = tree.find(whiteout.path()) == Found.PRESENT;
    if (isThere || (whiteout.hidden().isPresent() && isHidden(whiteout.hidden().get()))) {
      return;
    }
    if (whiteout.hidden().isPresent() || (whiteout.isOpaque() && !hidesAll(whiteout.path()))) {
      requireOpaque(whiteout.path());
    }
  }

  /// Whether the directory of `mark` has whiteouts of all that the layers below have in it: work
  /// with a merged tree, such as that of a user's engine, removes one by one.
  private boolean hidesAll(String mark) throws IOException {
    String directory = TarPath.parent(mark);
    if (files != LayerFiles.OWN_AND_COPIED
        || isOpaque(directory)
        || tree.find(directory) != Found.PRESENT
        || tree.status().kind() != FileKind.DIRECTORY) {
      return false;
    }
    if (searched.size() == MOST_TOLD && !searched.contains(directory)) {
      throw new UnverifiableException(
          "it has more directories than can be looked through that hide what is below");
    }
    searched.add(directory);
    return !below.showIn(tree, directory);
  }

  /// Whether there is a whiteout at `path`, or something that is told to be none.
  private boolean isHidden(String path) throws IOException {
    if (tree.find(path) != Found.PRESENT) {
      return false;
    }
    StatusBuffer found = tree.status();
    if (found.kind() == FileKind.DIRECTORY && uncovered.size() < MOST_TOLD) {
      if (!listed.mayHaveDirectory(path)) {
        uncovered.add(path);
      }
    } else if (!LayerTree.isWhiteout(found)) {
      tellUncovered(path, found.mode());
    }
    return true;
  }

  private void tellUncovered(String path, int mode) {
    String detail = FileKind.describe(mode) + ", expected " + WHITEOUT_DEVICE;
    differences.add(Fault.FILE_METADATA, path, detail);
  }

  /// A tar that removes what a layer below has may put a directory there, whose files alone it
  /// lists.
  private void cover(String path) {
    uncovered.removeIf(each -> path.equals(each) || path.startsWith(each + "/"));
  }

  /// Tells what is only known once all entries were told.
  void finish() throws IOException {
    for (String path : uncovered) {
      if (tree.find(path) == Found.PRESENT) {
        tellUncovered(path, tree.status().mode());
      }
    }
    differences.addPutOff();
  }

  /// Looks for a mark of the directory that removes what `path` says is removed.
  private void requireOpaque(String path) throws IOException {
    String directory = TarPath.parent(path);
    if (isOpaque(directory)) {
      return;
    }
    if (canSeeMarks) {
      differences.add(Fault.FILE_MISSING, path);
    } else {
      hidesMarks = true;
    }
  }

  private boolean isOpaque(String directory) throws IOException {
    for (String mark : Whiteout.opaqueMarks(directory)) {
      if (tree.find(mark) == Found.PRESENT) {
        return true;
      }
    }
    boolean isMarked =
        tree.find(directory) == Found.PRESENT
            && tree.hasAttribute(directory, OverlayAttributes.OPAQUE);
    if (isMarked && opaque.size() < MOST_TOLD) {
      opaque.add(directory);
    }
    return isMarked;
  }
}
