package io.github.dockerimageexporter.posix;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

/// All entries of one directory, as they are read.
final class EntryList {
  /// Every object of a store is an entry of some directory, and takes up to 4 KiB of this heap once
  /// it is known.
  private static final int MAX_ENTRIES =
      (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 4096);

  private final Directory directory;
  private final Scratch scratch;
  private final List<DirectoryEntry> found = new ArrayList<>();

  EntryList(Directory directory, Scratch scratch) {
    this.directory = directory;
    this.scratch = scratch;
  }

  boolean isEmpty() throws IOException {
    directory.orThrow(scratch.kernel.rewind(directory.descriptor()));
    while (directory.orThrow(scratch.entries.fill(directory.descriptor())) > 0) {
      if (scratch.entries.next()) {
        return false;
      }
    }
    return true;
  }

  List<DirectoryEntry> read() throws IOException {
    var entries = scratch.entries;
    directory.orThrow(scratch.kernel.rewind(directory.descriptor()));
    while (directory.orThrow(entries.fill(directory.descriptor())) > 0) {
      if (found.size() > MAX_ENTRIES) {
        throw new FileSystemException(
            directory.text(),
            null,
            "more than %d entries, too many for the heap: raise -Xmx".formatted(MAX_ENTRIES));
      }
      while (entries.next()) {
        if (!entries.isOfUnknownKind()) {
          found.add(new DirectoryEntry(entries.name(), entries.kind(), entries.inode()));
        } else {
          addAsked();
        }
      }
    }
    return found;
  }

  /// Adds an entry that does not tell its kind; one that cannot be asked for it hides no other.
  private void addAsked() {
    var entries = scratch.entries;
    int result = scratch.status.fill(directory.descriptor(), entries.nameAddress());
    if (result != -Kernel.ENOENT) {
      FileKind kind = result < 0 ? FileKind.UNKNOWN : scratch.status.kind();
      found.add(new DirectoryEntry(entries.name(), kind, entries.inode()));
    }
  }
}
