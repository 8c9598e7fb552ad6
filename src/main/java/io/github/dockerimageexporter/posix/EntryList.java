package io.github.dockerimageexporter.posix;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

/// The entries of an open directory but `.` and `..`, in no order, as they are read: as many at a
/// time as the kernel hands out, so that they are never there all at once.
///
/// One that is made or renamed meanwhile may be among them or not. Bytes of a name that are not
/// UTF-8 become [Directory#NOT_UTF_8]. An instance is for one use.
public final class EntryList {
  /// Every object of a store is an entry of some directory, and takes up to 4 KiB of this heap once
  /// it is known.
  private static final int MAX_ENTRIES =
      (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 4096);

  private final Directory directory;
  private final Scratch scratch;

  /// What the kernel has handed out last.
  private final List<DirectoryEntry> found = new ArrayList<>();

  private int count;

  private EntryList(Directory directory, Scratch scratch) {
    this.directory = directory;
    this.scratch = scratch;
  }

  /// Those of `directory`, from the first on.
  public static EntryList of(Directory directory) throws IOException {
    var scratch = Scratch.ofThread();
    directory.orThrow(scratch.kernel.rewind(directory.descriptor()));
    return new EntryList(directory, scratch);
  }

  boolean isEmpty() throws IOException {
    while (fill()) {
      if (scratch.entries.next()) {
        return false;
      }
    }
    return true;
  }

  /// Looks whether they can all be known.
  ///
  /// @throws FileSystemException if there are so many that knowing them could end this program
  public void requireFew() throws IOException {
    while (fill()) {
      while (scratch.entries.next()) {
        count++;
      }
      requireFewer();
    }
  }

  /// What is done with each entry.
  @FunctionalInterface
  public interface Action {
    void accept(DirectoryEntry entry) throws IOException;
  }

  /// Shows `action` each entry. Some may be gone by then. The action does not list this directory.
  ///
  /// @throws FileSystemException as [#requireFew] does, once as many as can be known were shown
  public void forEach(Action action) throws IOException {
    while (next()) {
      for (DirectoryEntry entry : found) {
        action.accept(entry);
      }
    }
  }

  /// Finds the next entries; false once there are no more.
  private boolean next() throws IOException {
    if (!fill()) {
      return false;
    }
    found.clear();
    var entries = scratch.entries;
    while (entries.next()) {
      if (!entries.isOfUnknownKind()) {
        found.add(new DirectoryEntry(entries.name(), entries.kind(), entries.inode()));
      } else {
        addAsked();
      }
    }
    count += found.size();
    requireFewer();
    return true;
  }

  private boolean fill() throws IOException {
    return directory.orThrow(scratch.entries.fill(directory.descriptor())) > 0;
  }

  private void requireFewer() throws FileSystemException {
    if (count > MAX_ENTRIES) {
      throw new FileSystemException(
          directory.text(),
          null,
          "more than %d entries, too many for the heap: raise -Xmx".formatted(MAX_ENTRIES));
    }
  }

  /// Finds an entry that does not tell its kind; one that cannot be asked for it hides no other.
  private void addAsked() {
    var entries = scratch.entries;
    int result = scratch.status.fill(directory.descriptor(), entries.nameAddress());
    if (result != -Kernel.ENOENT) {
      FileKind kind = result < 0 ? FileKind.UNKNOWN : scratch.status.kind();
      found.add(new DirectoryEntry(entries.name(), kind, entries.inode()));
    }
  }
}
