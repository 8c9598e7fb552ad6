package io.github.dockerimageexporter.scrub.tree;

import io.github.dockerimageexporter.posix.EntryBuffer;
import io.github.dockerimageexporter.posix.StatusBuffer;
import io.github.dockerimageexporter.usage.ContentVisitor;
import java.util.Arrays;

/// Compares a directory with a [FileTable] while it is walked: whether it has all of its files, and
/// nothing else. Which differ is for a closer look.
public final class TreeMatch implements ContentVisitor {
  private static final int FIRST_DEPTH = 64;
  private static final int FORMAT = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int SYMBOLIC_LINK = 0120000;

  private final FileTable files;
  private final Buffers buffers;
  private final boolean comparesOwners;
  private final byte[] name = new byte[EntryBuffer.MAX_NAME];
  private long[] sums = new long[FIRST_DEPTH];
  private int depth;
  private boolean differs;

  /// @param files from which what is found is taken
  public TreeMatch(FileTable files, Buffers buffers, boolean comparesOwners) {
    this.files = files;
    this.buffers = buffers;
    this.comparesOwners = comparesOwners;
  }

  /// Whether all was there, and nothing else; to be asked for once the walk is over.
  public boolean isWhole() {
    return !differs && files.isEmpty();
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
    match(path(sum), status, 0);
    sums[depth] = depth > 0 ? PathHash.addSlash(sum) : sum;
    depth++;
  }

  @Override
  public void leave() {
    depth--;
  }

  @Override
  public void file(int directory, EntryBuffer entry, StatusBuffer status) {
    int length = entry.copyName(name, 0);
    long path = path(PathHash.add(sums[depth - 1], name, 0, length));
    long detail =
        switch (status.kind()) {
          case REGULAR -> status.sizeBytes();
          case SYMBOLIC_LINK -> target(directory, entry.nameAddress());
          default -> FilePrint.device(status.majorOfDevice(), status.minorOfDevice());
        };
    match(path, status, detail);
  }

  @Override
  public void leaveOut() {
    differs = true;
  }

  private static long path(long sum) {
    return PathHash.mark(PathHash.finish(sum), false);
  }

  private long target(int directory, long name) {
    int length = buffers.readLink(directory, name);
    if (length < 0) {
      differs = true;
      return 0;
    }
    byte[] target = buffers.linkBytes(length);
    return path(PathHash.add(PathHash.root(), target, 0, length));
  }

  private void match(long path, StatusBuffer status, long detail) {
    if (files.isResponsibleFor(path)) {
      differs |= !matches(files.take(path), status, detail);
    }
  }

  private boolean matches(long print, StatusBuffer status, long detail) {
    int mode = status.mode();
    int kind = mode & FORMAT;
    if (print == FilePrint.DIRECTORY || print == FilePrint.FILE) {
      return (kind == DIRECTORY) == (print == FilePrint.DIRECTORY);
    }
    if (print == FilePrint.WHITEOUT) {
      return kind == CHARACTER_DEVICE && detail == 0;
    }
    return print
        == FilePrint.of(
            kind == SYMBOLIC_LINK ? kind : mode,
            comparesOwners ? status.owner() : 0,
            comparesOwners ? status.group() : 0,
            detail);
  }
}
