package io.github.dockerimageexporter.usage;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.Kernel;
import io.github.dockerimageexporter.posix.StatusBuffer;
import java.util.ArrayList;
import java.util.List;

/// The open directories from the root of a walk down to where it is, and in each the names yet to
/// be entered.
///
/// However deep it goes, at most 64 of them and the root are open. Ancestors further up are closed
/// and found again through `..` on the way back, which must be the inode it was before.
///
/// However many directories there are in one, few names are kept: a directory of more is entered
/// before it is read to its end, and read on afterwards. Each level may take a half of what those
/// above it have left.
final class DirectoryStack implements AutoCloseable {
  private static final int MAX_OPEN = 64;
  private static final int CLOSED = -1;

  /// How many bytes of names are kept.
  static final int MAX_NAMES = 1024 * 1024;

  private final Directory root;
  private final Kernel kernel;
  private final StatusBuffer status;
  private final int maxNames;
  private final NameStack names = new NameStack();
  private final List<Level> levels = new ArrayList<>();
  private int depth;

  /// A directory on the way.
  ///
  /// | component | meaning                                                           |
  /// |-----------|-------------------------------------------------------------------|
  /// | `name`    | where its own name starts on the stack of names                   |
  /// | `pending` | where the names in it start that are yet to be entered            |
  /// | `unread`  | where its next entry is, if it was not read to its end            |
  private static final class Level {
    int descriptor;
    long inode;
    boolean isContent;
    int name;
    int pending;
    boolean hasUnread;
    long unread;
  }

  /// Starts at `root`, which the caller closes.
  ///
  /// @param status overwritten on the way up
  /// @param maxNames how many bytes of names are kept, and what the last ones take beyond that
  DirectoryStack(
      Kernel kernel, StatusBuffer status, Directory root, boolean isContent, int maxNames) {
    this.root = root;
    this.maxNames = maxNames;
    this.kernel = kernel;
    this.status = status;
    var level = new Level();
    level.descriptor = root.descriptor();
    level.isContent = isContent;
    levels.add(level);
  }

  boolean isAtRoot() {
    return depth == 0;
  }

  int descriptor() {
    return levels.get(depth).descriptor;
  }

  boolean isContent() {
    return levels.get(depth).isContent;
  }

  /// The names below, those of the current directory on top.
  NameStack names() {
    return names;
  }

  boolean hasPending() {
    return names.top() > levels.get(depth).pending;
  }

  /// Whether the names are to be entered before more of the current directory is read.
  boolean isFull() {
    int pending = levels.get(depth).pending;
    return hasPending() && names.top() - pending > (maxNames - pending) / 2;
  }

  /// Notes that the current directory was read up to an entry.
  void putOff(long unread) {
    var level = levels.get(depth);
    level.hasUnread = true;
    level.unread = unread;
  }

  boolean hasUnread() {
    return levels.get(depth).hasUnread;
  }

  /// Where the next entry of the current directory is, which is read now.
  long takeUnread() {
    var level = levels.get(depth);
    level.hasUnread = false;
    return level.unread;
  }

  /// Goes down to the directory whose name is topmost, and leaves that name where it is.
  void enter(int descriptor, long inode, boolean isContent) {
    depth++;
    if (depth == levels.size()) {
      levels.add(new Level());
    }
    var level = levels.get(depth);
    level.descriptor = descriptor;
    level.inode = inode;
    level.isContent = isContent;
    level.name = names.last();
    level.pending = names.top();
    level.hasUnread = false;
    if (depth > MAX_OPEN) {
      close(levels.get(depth - MAX_OPEN));
    }
  }

  /// Goes back up, one level as a rule. If the parent is no longer where it was, goes on up to the
  /// next one that is still open.
  ///
  /// @return whether it went up by just one level
  boolean leave(long device) {
    var left = levels.get(depth);
    var above = levels.get(depth - 1);
    if (above.descriptor == CLOSED) {
      above.descriptor = reopen(left, above.inode, device);
    }
    up();
    boolean found = above.descriptor != CLOSED;
    while (levels.get(depth).descriptor == CLOSED) {
      up();
    }
    return found;
  }

  private void up() {
    var left = levels.get(depth);
    close(left);
    names.truncate(left.name);
    depth--;
  }

  private int reopen(Level below, long inode, long device) {
    int opened = kernel.openParent(below.descriptor);
    if (opened < 0) {
      Kernel.throwIfExhausted(opened, root.path().toString());
      return CLOSED;
    }
    if (status.fill(opened) < 0 || status.inode() != inode || status.device() != device) {
      kernel.close(opened);
      return CLOSED;
    }
    return opened;
  }

  private void close(Level level) {
    if (level.descriptor != CLOSED) {
      kernel.close(level.descriptor);
      level.descriptor = CLOSED;
    }
  }

  /// The path of `name` in the current directory.
  String pathOf(String name) {
    var path = new StringBuilder(root.path().toString());
    for (int i = 1; i <= depth; i++) {
      path.append('/').append(names.text(levels.get(i).name));
    }
    return path.append('/').append(name).toString();
  }

  @Override
  public void close() {
    for (int i = 1; i <= depth; i++) {
      close(levels.get(i));
    }
  }
}
