package io.github.dockerimageexporter.scrub.tree;

import io.github.dockerimageexporter.posix.EntryBuffer;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.StatusBuffer;
import io.github.dockerimageexporter.scrub.tree.PathTable.Mark;
import io.github.dockerimageexporter.usage.ContentVisitor;
import java.util.Arrays;
import java.util.Optional;

/// Sums up a directory while it is walked: which files it has, and what they are.
public final class TreeSum implements ContentVisitor {
  private static final int FIRST_DEPTH = 64;

  private final PathTable ways;
  private final Buffers buffers;
  private final Print print;
  private final FileSum.Adder files = new FileSum.Adder();
  private final byte[] name = new byte[EntryBuffer.MAX_NAME];
  private long[] sums = new long[FIRST_DEPTH];
  private int depth;
  private int passed;
  private boolean isPart;

  /// The number that stands for what a file on the disk is.
  @FunctionalInterface
  public interface Print {
    /// The number of one that has this status.
    ///
    /// @param target the [PathHash] of where it points, if it is a symbolic link
    long of(StatusBuffer status, long target);
  }

  /// @param ways the directories of which it does not matter what they are are marked in it; they
  ///     are not summed up
  public TreeSum(PathTable ways, Buffers buffers, Print print) {
    this.ways = ways;
    this.buffers = buffers;
    this.print = print;
  }

  /// The sum, once the walk is over; empty if something was left out.
  public Optional<FileSum> sum() {
    return isPart ? Optional.empty() : Optional.of(files.sum());
  }

  /// How many directories were not summed up.
  public int passed() {
    return passed;
  }

  @Override
  public void enter(byte[] names, int start, int length, StatusBuffer status) {
    if (depth == sums.length) {
      sums = Arrays.copyOf(sums, depth * 2);
    }
    long sum = PathHash.root();
    if (depth > 0) {
      sum = PathHash.add(sums[depth - 1], names, start, length);
    }
    addDirectory(PathHash.finish(sum), status);
    sums[depth] = depth > 0 ? PathHash.addSlash(sum) : sum;
    depth++;
  }

  private void addDirectory(long path, StatusBuffer status) {
    if (ways.has(path, Mark.WAY) && !ways.has(path, Mark.DIRECTORY)) {
      passed++;
    } else {
      files.add(path, print.of(status, 0));
    }
  }

  @Override
  public void leave() {
    depth--;
  }

  @Override
  public void file(int directory, EntryBuffer entry, StatusBuffer status) {
    int length = entry.copyName(name, 0);
    long path = PathHash.finish(PathHash.add(sums[depth - 1], name, 0, length));
    long target =
        status.kind() == FileKind.SYMBOLIC_LINK ? target(directory, entry.nameAddress()) : 0;
    files.add(path, print.of(status, target));
  }

  @Override
  public void leaveOut() {
    isPart = true;
  }

  private long target(int directory, long name) {
    int length = buffers.readLink(directory, name);
    if (length < 0) {
      isPart = true;
      return 0;
    }
    return PathHash.of(buffers.linkBytes(length));
  }
}
