package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tar.Whiteout;
import io.github.dockerimageexporter.scrub.tree.DirectoryMarks;
import io.github.dockerimageexporter.scrub.tree.FilePrint;
import io.github.dockerimageexporter.scrub.tree.FileSum;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.LayerTree.Found;
import io.github.dockerimageexporter.scrub.tree.OverlayAttributes;
import io.github.dockerimageexporter.scrub.tree.PathHash;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.scrub.tree.PathTable.Mark;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/// Sums up what a record says is in a layer's directory, to be matched with what is found there.
///
/// | entry                    | is matched with                                      |
/// |--------------------------|------------------------------------------------------|
/// | a file                   | one at its path of the same [FilePrint]              |
/// | a directory on the way   | any                                                  |
/// | another name of a file   | what is there; that it is the same inode is asked here |
/// | a whiteout               | the character device 0:0                             |
/// | that all is removed      | nothing; the directory's attribute is asked for here |
///
/// What it cannot tell so makes the list uncertain, which is not a finding: [ShapePass] looks
/// closer.
final class ListedFiles implements EntryVisitor {
  private final PathTable directories;
  private final FileSum.Adder files = new FileSum.Adder();
  private final LayerTree tree;
  private final Owners owners;
  private final DirectoryMarks parents;
  private boolean isUncertain;
  private long entries;
  private long bytes;
  private boolean isBeyondMeasure;

  /// @param directories takes those that it lists, and those on the way
  ListedFiles(PathTable directories, LayerTree tree, Owners owners) {
    this.directories = directories;
    this.parents = new DirectoryMarks(directories, Mark.WAY);
    this.tree = tree;
    this.owners = owners;
    directories.add(PathHash.of(""), Mark.WAY);
  }

  /// Whether a directory that has these files, and no others, is as the record says.
  boolean isCertain() {
    return !isUncertain;
  }

  /// The sum of all but the directories on the way.
  FileSum sum() {
    return files.sum();
  }

  /// How many entries the record lists.
  long entries() {
    return entries;
  }

  /// The lengths of all files; empty if no disk can hold them.
  OptionalLong bytes() {
    return isBeyondMeasure ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  private void addBytes(long sizeBytes) {
    bytes += sizeBytes;
    isBeyondMeasure |= bytes < 0;
  }

  @Override
  public void file(TarEntry entry, long crc64) throws IOException {
    if (entry.type() == TarEntry.Type.GLOBAL_HEADER) {
      return;
    }
    entries++;
    addBytes(entry.sizeBytes());
    String path = TarPath.clean(entry.path());
    parents.add(TarPath.parent(path));
    Optional<Whiteout> whiteout = Whiteout.of(path);
    if (whiteout.isPresent()) {
      addWhiteout(whiteout.get(), entry);
    } else {
      add(path, entry);
    }
  }

  private void add(String path, TarEntry entry) throws IOException {
    long hash = PathHash.of(path);
    files.add(hash, print(path, entry));
    if (entry.type() == TarEntry.Type.DIRECTORY) {
      directories.add(hash, Mark.DIRECTORY);
    }
  }

  private void addWhiteout(Whiteout whiteout, TarEntry entry) throws IOException {
    whiteout.hidden().ifPresent(hidden -> files.add(PathHash.of(hidden), FilePrint.WHITEOUT));
    isUncertain |= entry.sizeBytes() > 0 || (whiteout.isOpaque() && !isOpaque(whiteout.path()));
  }

  private boolean isOpaque(String path) throws IOException {
    String directory = TarPath.parent(path);
    return tree.find(directory) == Found.PRESENT
        && tree.hasAttribute(directory, OverlayAttributes.OPAQUE);
  }

  private long print(String path, TarEntry entry) throws IOException {
    return switch (entry.type()) {
      case SPARSE, GLOBAL_HEADER -> uncertain();
      case HARD_LINK -> printOfLink(path, TarPath.clean(entry.link()));
      case REGULAR -> print(entry, entry.mode(), entry.sizeBytes());
      case DIRECTORY, FIFO -> print(entry, entry.mode(), 0);
      case SYMBOLIC_LINK -> print(entry, 0, PathHash.of(entry.link()));
      case CHARACTER_DEVICE, BLOCK_DEVICE -> {
        long device = FilePrint.device(entry.major(), entry.minor());
        yield device == 0 ? uncertain() : print(entry, entry.mode(), device);
      }
    };
  }

  private long uncertain() {
    isUncertain = true;
    return FilePrint.WHITEOUT;
  }

  private long print(TarEntry entry, int permissions, long detail) {
    long owner = known(owners.user(entry.owner()));
    long group = known(owners.group(entry.group()));
    int mode = EntryComparison.format(entry.type()) | permissions;
    return FilePrint.of(mode, owner, group, detail);
  }

  /// The number on the disk; 0 if no owner is known, so that none is compared.
  private long known(OptionalLong number) {
    isUncertain |= number.isEmpty() && owners.isKnown();
    return number.orElse(0);
  }

  /// Of what is at `path`, if that is the file at `target`, which was listed before.
  private long printOfLink(String path, String target) throws IOException {
    if (tree.find(path) != Found.PRESENT || tree.status().kind() == FileKind.DIRECTORY) {
      return uncertain();
    }
    boolean isLink = tree.status().kind() == FileKind.SYMBOLIC_LINK;
    long inode = tree.status().inode();
    long pointsTo = isLink ? PathHash.of(tree.readLink(path)) : 0;
    long print = FilePrint.of(tree.status(), owners.isKnown(), pointsTo);
    boolean isSame = tree.find(target) == Found.PRESENT && tree.status().inode() == inode;
    return isSame ? print : uncertain();
  }
}
