package io.github.dockerimageexporter.scrub.cover;

import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tar.Whiteout;
import io.github.dockerimageexporter.scrub.tree.PathHash;
import java.util.Arrays;

/// The files of a layer that have content, by the hashes of their paths, with the directories that
/// they are in; and which of them an upper layer hides. Files take 22 bytes each, directories 12.
///
/// It is made while the entries of the layer's tar are told, in their order, and keeps the way to
/// the directory that it is in: a directory is listed again only if the tar comes back to it from
/// somewhere else. The one that it is in stands before it.
final class FileList {
  private static final int FIRST_ROOM = 16;
  private static final int ROOT = 0;
  private static final short SEEN = 0;

  private final int room;
  private long[] directories = new long[FIRST_ROOM];

  /// The place of the directory that each directory is in.
  private int[] parents = new int[FIRST_ROOM];

  private int directoryCount;
  private long[] files = new long[FIRST_ROOM];

  /// The place of the directory that each file is in.
  private int[] homes = new int[FIRST_ROOM];

  private long[] sizes = new long[FIRST_ROOM];

  /// The height of the layer that hides each file, or 0.
  private short[] hiddenAt = new short[FIRST_ROOM];

  private int fileCount;
  private long bytes;

  /// The places of the directories on the way to the one that it is in, the root first.
  private int[] way = new int[FIRST_ROOM];

  private int depth;
  private String directory = "";

  /// @param room how many files and directories it may have
  FileList(int room) {
    this.room = room;
    addDirectory(PathHash.of(""), ROOT);
  }

  /// Whether it has all files: not if there are more than it has room for, or than a disk can hold.
  boolean isWhole() {
    return size() <= room && bytes >= 0;
  }

  /// How many files and directories it has.
  int size() {
    return directoryCount + fileCount;
  }

  /// Adds a file that has content; nothing else.
  ///
  /// @param path the clean one of `entry`
  void add(String path, TarEntry entry) {
    if (entry.sizeBytes() <= 0 || !isFile(entry.type()) || Whiteout.of(path).isPresent()) {
      return;
    }
    if (isWhole()) {
      enter(TarPath.parent(path));
      addFile(PathHash.of(path), way[depth], entry.sizeBytes());
    }
  }

  private static boolean isFile(TarEntry.Type type) {
    return type == TarEntry.Type.REGULAR || type == TarEntry.Type.SPARSE;
  }

  private void enter(String path) {
    if (!path.equals(directory)) {
      directory = path;
      var steps = new Steps();
      PathHash.ofWay(path, steps::into);
      depth = steps.taken;
    }
  }

  /// The way to another directory, as far as it is not the one before.
  private final class Steps {
    private int taken;

    void into(long hash) {
      int parent = way[taken];
      taken++;
      if (taken > depth || directories[way[taken]] != hash) {
        depth = taken;
        way = taken < way.length ? way : Arrays.copyOf(way, grown(taken));
        way[taken] = addDirectory(hash, parent);
      }
    }
  }

  private int addDirectory(long hash, int parent) {
    if (directoryCount == directories.length) {
      directories = Arrays.copyOf(directories, grown(directoryCount));
      parents = Arrays.copyOf(parents, directories.length);
    }
    directories[directoryCount] = hash;
    parents[directoryCount] = parent;
    return directoryCount++;
  }

  private void addFile(long hash, int home, long sizeBytes) {
    if (fileCount == files.length) {
      files = Arrays.copyOf(files, grown(fileCount));
      homes = Arrays.copyOf(homes, files.length);
      sizes = Arrays.copyOf(sizes, files.length);
      hiddenAt = Arrays.copyOf(hiddenAt, files.length);
    }
    files[fileCount] = hash;
    homes[fileCount] = home;
    sizes[fileCount] = sizeBytes;
    fileCount++;
    bytes += sizeBytes;
  }

  private static int grown(int length) {
    return length + length / 2;
  }

  /// Takes note of what a layer hides; how many bytes that are.
  ///
  /// @param height of that layer in the chain
  long hide(CoveringPaths upper, short height) {
    boolean[] isHidden = hiddenDirectories(upper);
    long hidden = 0;
    for (int i = 0; i < fileCount; i++) {
      if (hiddenAt[i] == SEEN && (isHidden[homes[i]] || upper.hide(files[i]))) {
        hiddenAt[i] = height;
        hidden += sizes[i];
      }
    }
    return hidden;
  }

  private boolean[] hiddenDirectories(CoveringPaths upper) {
    var isHidden = new boolean[directoryCount];
    for (int i = 0; i < directoryCount; i++) {
      isHidden[i] = isHidden[parents[i]] || upper.hideAllIn(directories[i]);
    }
    return isHidden;
  }

  /// Forgets what the layers above `height` hide.
  void showAbove(int height) {
    for (int i = 0; i < fileCount; i++) {
      if (hiddenAt[i] > height) {
        hiddenAt[i] = SEEN;
      }
    }
  }
}
