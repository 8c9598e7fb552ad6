package io.github.dockerimageexporter.usage;

import io.github.dockerimageexporter.posix.StatusBuffer;

/// The sums of one walk.
final class UsageTally {
  private final InodeSet contentLinks = new InodeSet();
  private final InodeSet links = new InodeSet();
  private long contentBytes;
  private long diskBytes;
  private long inodes;
  private long unreadable;

  void addDirectory(StatusBuffer status) {
    diskBytes += status.allocatedBytes();
    inodes++;
  }

  /// Adds what is no directory. One file may have a name in the content and another outside, so
  /// that the two sums see it first at different times.
  void addFile(StatusBuffer status, boolean isContent) {
    boolean single = status.links() == 1;
    if (isContent && (single || contentLinks.add(status.device(), status.inode()))) {
      contentBytes += status.sizeBytes();
    }
    if (single || links.add(status.device(), status.inode())) {
      diskBytes += status.allocatedBytes();
      inodes++;
    }
  }

  void addUnreadable() {
    unreadable++;
  }

  DirectoryUsage total() {
    return new DirectoryUsage(contentBytes, diskBytes, inodes, unreadable);
  }
}
