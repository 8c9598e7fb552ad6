package io.github.dockerimageexporter.scrub.tree;

import io.github.dockerimageexporter.posix.EntryBuffer;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.Kernel;
import io.github.dockerimageexporter.posix.StatusBuffer;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

/// Lists all that is in a layer's directory, each directory before what is in it.
///
/// Each directory on the way has a buffer of its own, so that no names are kept, however many it
/// has; a name becomes a text only where somebody asks for it.
public final class TreeWalk implements AutoCloseable {
  private final LayerTree tree;
  private final Buffers buffers;
  private final String top;
  private final int root;
  private final List<Level> levels = new ArrayList<>();
  private final byte[] name = new byte[EntryBuffer.MAX_NAME];
  private boolean isDirectory;
  private long sum;

  /// Is told of each entry.
  public interface Visitor {
    /// Whether to list what is in the entry that `walk` is at, if it is a directory.
    boolean visit(TreeWalk walk) throws IOException;
  }

  /// A directory whose entries are being listed.
  ///
  /// @param sum of its path and a slash
  private record Level(String path, int descriptor, EntryBuffer entries, long sum) {}

  /// @param top the directory where it begins, which `root` is
  TreeWalk(LayerTree tree, Buffers buffers, String top, int root) {
    this.tree = tree;
    this.buffers = buffers;
    this.top = top;
    this.root = root;
  }

  /// The [PathHash] of the entry.
  public long hash() {
    return PathHash.finish(sum);
  }

  public boolean isDirectory() {
    return isDirectory;
  }

  public String path() {
    return TarPath.child(level().path(), name());
  }

  /// The status of the entry.
  ///
  /// @throws FileSystemException if that cannot be told
  public StatusBuffer status() throws IOException {
    int result = buffers.status.fill(level().descriptor(), buffers.write(name()));
    tree.orThrow(result, path());
    return buffers.status;
  }

  /// Whether the entry has any of the attributes.
  public boolean hasAttribute(List<String> attributes) throws IOException {
    return tree.hasAttribute(level().descriptor(), name(), attributes, path());
  }

  void visit(Visitor visitor) throws IOException {
    levels.add(new Level(top, root, buffers.entries(0), PathHash.in(top)));
    begin();
    while (!levels.isEmpty()) {
      EntryBuffer entries = level().entries();
      if (entries.next()) {
        meet(entries);
        if (visitor.visit(this) && isDirectory) {
          enter();
        }
      } else if (!fill()) {
        leave();
      }
    }
  }

  private void begin() throws IOException {
    Level level = level();
    tree.orThrow(buffers.kernel.rewind(level.descriptor()), level.path());
    fill();
  }

  private boolean fill() throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("stopped");
    }
    Level level = level();
    return tree.orThrow(level.entries().fill(level.descriptor()), level.path()) > 0;
  }

  private void meet(EntryBuffer entries) {
    int length = entries.copyName(name, 0);
    sum = PathHash.add(level().sum(), name, 0, length);
    isDirectory = entries.isDirectory();
    if (entries.isOfUnknownKind()) {
      int result = buffers.opened.fill(level().descriptor(), entries.nameAddress());
      isDirectory = result >= 0 && buffers.opened.kind() == FileKind.DIRECTORY;
    }
  }

  private void enter() throws IOException {
    String path = path();
    if (levels.size() > LayerTree.MAX_DEPTH) {
      throw new FileSystemException(
          TarPath.decoded(path), null, "more than " + LayerTree.MAX_DEPTH + " directories deep");
    }
    int opened = tree.openDirectory(level().descriptor(), name(), path);
    if (opened == -Kernel.ENOENT || opened == -Kernel.ENOTDIR) {
      return;
    }
    tree.orThrow(opened, path);
    EntryBuffer entries = buffers.entries(levels.size());
    levels.add(new Level(path, opened, entries, PathHash.addSlash(sum)));
    fill();
  }

  private String name() {
    int length = 0;
    while (name[length] != 0) {
      length++;
    }
    return TarPath.of(name, 0, length);
  }

  private Level level() {
    return levels.getLast();
  }

  private void leave() {
    int descriptor = levels.removeLast().descriptor();
    if (descriptor != root) {
      buffers.kernel.close(descriptor);
    }
  }

  @Override
  public void close() {
    while (!levels.isEmpty()) {
      leave();
    }
  }
}
