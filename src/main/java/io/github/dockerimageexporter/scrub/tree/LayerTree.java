package io.github.dockerimageexporter.scrub.tree;

import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.Kernel;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.StatusBuffer;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

/// A layer's directory, in which one clean [TarPath] after the other is asked for.
///
/// Each name is opened in the directory before it, no link followed, and none where something else
/// is mounted, so that nothing outside of the directory is ever reached. The directories down to
/// the last path stay open, since the paths of a tar are next to each other. Used by one thread.
public final class LayerTree implements AutoCloseable {
  /// Deeper than any software is installed, and fewer than the descriptors of a process.
  static final int MAX_DEPTH = 256;

  private final Directory root;
  private final Buffers buffers;
  private final Kernel kernel;
  private final List<Open> open = new ArrayList<>();
  private String directory = "";
  private String blocking = "";
  private long device;

  /// What there is of a path.
  public enum Found {
    PRESENT,
    ABSENT,
    /// Something on the way is not a directory.
    BLOCKED
  }

  /// A directory on the way to the last path.
  private record Open(String name, int descriptor) {}

  private LayerTree(Directory root, Buffers buffers) {
    this.root = root;
    this.buffers = buffers;
    this.kernel = buffers.kernel;
  }

  /// Opens the directory at `path`.
  public static LayerTree open(StorePath path, Buffers buffers) throws IOException {
    return open(RootDirectory.open(path.root(), path.list(), path.object()), buffers);
  }

  private static LayerTree open(Directory directory, Buffers buffers) throws IOException {
    var tree = new LayerTree(directory, buffers);
    try {
      tree.orThrow(buffers.status.fill(tree.root.descriptor()), "");
      tree.device = buffers.status.device();
      return tree;
    } catch (IOException | RuntimeException | Error failure) {
      tree.close();
      throw failure;
    }
  }

  /// Opens the list that the object at `path` is in, whose names lead to that one and others.
  public static LayerTree ofList(StorePath path, Buffers buffers) throws IOException {
    try (var root = RootDirectory.open(path.root())) {
      return open(root.openDirectory(path.list()), buffers);
    }
  }

  /// Whether what has the status removes what the layers below have there.
  public static boolean isWhiteout(StatusBuffer status) {
    return FileKind.isCharacterDevice(status.mode())
        && status.majorOfDevice() == 0
        && status.minorOfDevice() == 0;
  }

  /// Looks for `path`, a link itself; its status is in [#status] if it is there.
  ///
  /// @throws FileSystemException if that cannot be told
  public Found find(String path) throws IOException {
    if (path.isEmpty()) {
      leave(0);
      orThrow(buffers.status.fill(root.descriptor()), path);
      return Found.PRESENT;
    }
    Found parent = enter(TarPath.parent(path));
    if (parent != Found.PRESENT) {
      return parent;
    }
    long name = buffers.write(TarPath.name(path));
    int result = name == 0 ? -Kernel.ENOENT : buffers.status.fill(descriptor(), name);
    if (result == -Kernel.ENOENT) {
      return Found.ABSENT;
    }
    orThrow(result, path);
    return Found.PRESENT;
  }

  /// The status of the path that was found last.
  public StatusBuffer status() {
    return buffers.status;
  }

  /// What stands in the way to the path that was looked for last, and is not a directory.
  public String blocking() {
    return blocking;
  }

  /// Where the symbolic link that was found last points, one character a byte.
  public String readLink(String path) throws IOException {
    int length = buffers.readLink(descriptor(), buffers.write(TarPath.name(path)));
    byte[] target = buffers.linkBytes(orThrow(length, path));
    return TarPath.of(target, 0, target.length);
  }

  /// Whether what was found last has any of the attributes.
  public boolean hasAttribute(String path, List<String> attributes) throws IOException {
    return hasAttribute(descriptor(), TarPath.name(path), attributes, path);
  }

  /// Opens the regular file that was found last; what has taken its place since is none.
  ///
  /// Files that are not in memory as a whole are read past it, so that what other programs keep
  /// there stays; where a file system cannot do that, a file that was not in memory leaves it
  /// again.
  ///
  /// @param onDisk whether to read from the disk even what is in memory, where the file system can
  public LayerFile openFile(String path, boolean onDisk) throws IOException {
    long inode = buffers.status.inode();
    int opened = kernel.openFile(descriptor(), buffers.write(TarPath.name(path)));
    orThrow(opened, path);
    StatusBuffer now = buffers.opened;
    if (now.fill(opened) < 0 || now.kind() != FileKind.REGULAR || now.inode() != inode) {
      kernel.close(opened);
      throw new FileSystemException(path(path), null, "replaced while it was read");
    }
    boolean isWhole = now.allocatedBytes() >= now.sizeBytes();
    long cached = buffers.cachedBytes(opened);
    boolean isMemory = !onDisk && cached >= now.sizeBytes();
    boolean givesBack = !isMemory && kernel.readFromDisk(opened) < 0 && cached == 0;
    return new LayerFile(buffers, path(path), opened, isWhole, givesBack);
  }

  /// Lists all that is in it; see [TreeWalk].
  public void walk(TreeWalk.Visitor visitor) throws IOException {
    try (var walk = new TreeWalk(this, buffers, "", root.descriptor())) {
      walk.visit(visitor);
    }
  }

  /// The same of a directory in it, which is to be there.
  void walk(String top, TreeWalk.Visitor visitor) throws IOException {
    if (enter(top) == Found.PRESENT) {
      try (var walk = new TreeWalk(this, buffers, top, descriptor())) {
        walk.visit(visitor);
      }
    }
  }

  /// Opens a directory of an open one, or tells by a negative number why not.
  int openDirectory(int parent, String name, String path) throws IOException {
    long written = buffers.write(name);
    int opened = written == 0 ? -Kernel.ENOENT : kernel.openDirectory(parent, written);
    if (opened >= 0) {
      int result = buffers.opened.fill(opened);
      if (result < 0 || buffers.opened.device() != device || buffers.opened.isMountRoot()) {
        kernel.close(opened);
        orThrow(result, path);
        throw new FileSystemException(path(path), null, "something else is mounted there");
      }
    }
    return opened;
  }

  boolean hasAttribute(int parent, String name, List<String> attributes, String path)
      throws IOException {
    for (String attribute : attributes) {
      int result = buffers.hasAttribute(parent, name, attribute);
      if (orThrow(result, path) > 0) {
        return true;
      }
    }
    return false;
  }

  int orThrow(int result, String path) throws IOException {
    if (result < 0) {
      throw Kernel.failure(result, path(path));
    }
    return result;
  }

  /// Where a path of the layer is, for messages.
  private String path(String path) {
    return root.path() + "/" + TarPath.decoded(path);
  }

  private int descriptor() {
    return open.isEmpty() ? root.descriptor() : open.getLast().descriptor();
  }

  /// Goes to the directory at `path`, from the last one that leads there.
  private Found enter(String path) throws IOException {
    if (path.equals(directory)) {
      return Found.PRESENT;
    }
    String[] names = path.isEmpty() ? new String[0] : path.split("/");
    int common = 0;
    while (common < Math.min(names.length, open.size())
        && names[common].equals(open.get(common).name())) {
      common++;
    }
    leave(common);
    for (int i = common; i < names.length; i++) {
      Found found = enterNext(names[i]);
      if (found != Found.PRESENT) {
        return found;
      }
    }
    return Found.PRESENT;
  }

  private Found enterNext(String name) throws IOException {
    String path = TarPath.child(directory, name);
    if (open.size() >= MAX_DEPTH) {
      throw new FileSystemException(
          path(path), null, "more than %d directories deep".formatted(MAX_DEPTH));
    }
    int opened = openDirectory(descriptor(), name, path);
    if (opened == -Kernel.ENOENT) {
      return Found.ABSENT;
    }
    if (opened == -Kernel.ENOTDIR || opened == -Kernel.ELOOP) {
      blocking = path;
      return Found.BLOCKED;
    }
    open.add(new Open(name, orThrow(opened, path)));
    directory = path;
    return Found.PRESENT;
  }

  /// Closes all directories that the last path led through.
  void rest() {
    leave(0);
  }

  /// Closes all but the first directories.
  private void leave(int remaining) {
    while (open.size() > remaining) {
      kernel.close(open.removeLast().descriptor());
      directory = TarPath.parent(directory);
    }
  }

  @Override
  public void close() {
    leave(0);
    root.close();
  }
}
