package io.github.dockerimageexporter.usage;

import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.posix.EntryBuffer;
import io.github.dockerimageexporter.posix.ExhaustedException;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.Kernel;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.StatusBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.Consumer;

/// Measures directories, in one pass for each.
///
/// | aspect          | rule                                                                |
/// |-----------------|---------------------------------------------------------------------|
/// | sums            | those of [DirectoryUsage]                                           |
/// | symbolic links  | not followed                                                        |
/// | mounts          | neither entered nor counted: another device, or the root of a mount |
/// | vanishing files | skipped: the layer of a running container changes under the walk    |
/// | unreadable ones | skipped, counted and reported; a directory's own size still counts  |
/// | depth           | any: nothing recurses, and few descriptors are open at a time       |
///
/// Each directory is read to its end before those in it are entered, so that one buffer serves all;
/// one of very many directories, in pieces.
/// Its status is that of the open directory: what counts is what is read, even if a container has
/// mounted something over it in between.
///
/// Cost: one `statx` for each name, three calls more for each directory, and no object for either.
/// An instance belongs to the thread that made it.
public final class DirectoryMeasurer {
  private final Consumer<FileSystemException> unreadable;
  private final int maxNames;
  private final Kernel kernel = Kernel.ofThread();
  private final EntryBuffer entries = new EntryBuffer(kernel);
  private final StatusBuffer status = new StatusBuffer(kernel);
  private final ByteBuffer name = kernel.nativeMemory(EntryBuffer.MAX_NAME);
  private final long nameAddress = Kernel.address(name);

  /// Makes a measurer that tells `unreadable` of each path that cannot be read.
  public DirectoryMeasurer(Consumer<FileSystemException> unreadable) {
    this(unreadable, DirectoryStack.MAX_NAMES);
  }

  /// @param maxNames of how many bytes of names it goes down to those before it reads on
  DirectoryMeasurer(Consumer<FileSystemException> unreadable, int maxNames) {
    this.unreadable = unreadable;
    this.maxNames = maxNames;
  }

  /// Measures `directory`.
  ///
  /// @param content as below
  public DirectoryUsage measure(StorePath directory, Optional<String> content) throws IOException {
    return measure(directory, content, ContentVisitor.NONE);
  }

  /// Measures `directory`, and tells `visitor` of its content.
  ///
  /// @param content the name in it that holds the content; if empty, all of it is content
  /// @throws NoSuchFileException if `directory` itself is not there
  /// @throws AccessDeniedException if `directory` itself must not be read
  /// @throws ClosedByInterruptException if the thread is interrupted
  /// @throws ExhaustedException if there is no descriptor or memory left; then nothing is known
  public DirectoryUsage measure(
      StorePath directory, Optional<String> content, ContentVisitor visitor) throws IOException {
    try (var root = RootDirectory.open(directory.root(), directory.list(), directory.object());
        var stack = new DirectoryStack(kernel, status, root, content.isEmpty(), maxNames)) {
      var walk = new Walk(stack, content, visitor, root.status().device());
      status.fill(root.descriptor());
      walk.addDirectory(0);
      walk.readEntries();
      walk.readBelow();
      return walk.tally.total();
    }
  }

  /// One pass.
  private final class Walk {
    private final DirectoryStack stack;
    private final Optional<String> content;
    private final ContentVisitor visitor;
    private final long device;
    private final UsageTally tally = new UsageTally();

    Walk(DirectoryStack stack, Optional<String> content, ContentVisitor visitor, long device) {
      this.stack = stack;
      this.content = content;
      this.visitor = visitor;
      this.device = device;
    }

    void readBelow() throws ClosedByInterruptException {
      while (true) {
        if (stack.hasPending()) {
          enterLast();
        } else if (stack.hasUnread()) {
          readOn();
        } else if (stack.isAtRoot()) {
          return;
        } else {
          leave();
        }
      }
    }

    private void leave() {
      boolean wasContent = stack.isContent();
      if (!stack.leave(device)) {
        tally.addUnreadable();
        leaveOut();
      }
      if (wasContent) {
        visitor.leave();
      }
    }

    /// Counts the current directory, whose name is as long as that.
    private void addDirectory(int nameLength) {
      tally.addDirectory(status);
      if (stack.isContent()) {
        var names = stack.names();
        visitor.enter(names.bytes(), nameLength == 0 ? 0 : names.last(), nameLength, status);
      }
    }

    /// Counts what is in the current directory, and puts off the directories in it.
    private void readEntries() throws ClosedByInterruptException {
      int directory = stack.descriptor();
      int filled = entries.fill(directory);
      while (filled > 0) {
        stopIfInterrupted();
        while (entries.next()) {
          if (entries.isDirectory()) {
            stack.names().push(entries);
          } else {
            readFile(directory);
          }
          if (stack.isFull()) {
            stack.putOff(entries.following());
            return;
          }
        }
        filled = entries.fill(directory);
      }
      if (filled < 0) {
        skip(filled, ".");
      }
    }

    private void readOn() throws ClosedByInterruptException {
      long position = kernel.seek(stack.descriptor(), stack.takeUnread());
      if (position < 0) {
        skip((int) position, ".");
      } else {
        readEntries();
      }
    }

    private void readFile(int directory) {
      int result = status.fill(directory, entries.nameAddress());
      if (result < 0) {
        skip(result, entries.name());
      } else if (status.kind() == FileKind.DIRECTORY) {
        stack.names().push(entries);
      } else if (!status.isMountRoot()) {
        tally.addFile(status, stack.isContent());
        if (stack.isContent()) {
          visitor.file(directory, entries, status);
        }
      } else {
        leaveOut();
      }
    }

    /// Enters the directory whose name is topmost, or takes that name away.
    private void enterLast() throws ClosedByInterruptException {
      var names = stack.names();
      names.copyLast(name);
      int opened = kernel.openDirectory(stack.descriptor(), nameAddress);
      if (opened < 0) {
        skipDirectory(opened);
        return;
      }
      int asked = status.fill(opened);
      if (asked < 0 || isMount()) {
        kernel.close(opened);
        leaveOutLast(asked);
        return;
      }
      boolean isBelowContent = stack.isContent();
      stack.enter(opened, status.inode(), isBelowContent || isContent());
      addDirectory(isBelowContent ? names.top() - 1 - names.last() : 0);
      readEntries();
    }

    /// Takes the topmost name away; one that was not asked for in vain is that of a mount.
    private void leaveOutLast(int asked) {
      var names = stack.names();
      leaveOut();
      if (asked < 0) {
        skip(asked, names.text(names.last()));
      }
      names.truncate(names.last());
    }

    private boolean isMount() {
      return status.device() != device || status.isMountRoot();
    }

    private boolean isContent() {
      var names = stack.names();
      return stack.isAtRoot()
          && content.isPresent()
          && content.get().equals(names.text(names.last()));
    }

    private void skipDirectory(int failure) {
      var names = stack.names();
      leaveOut();
      if (status.fill(stack.descriptor(), nameAddress) == 0
          && status.kind() == FileKind.DIRECTORY
          && !isMount()) {
        tally.addDirectory(status);
        skip(failure, names.text(names.last()));
      }
      names.truncate(names.last());
    }

    /// Leaves out a name that has vanished, or, counted, one that cannot be read.
    private void skip(int failure, String skipped) {
      leaveOut();
      if (failure != -Kernel.ENOENT && failure != -Kernel.ENOTDIR) {
        tally.addUnreadable();
        unreadable.accept(Kernel.failure(failure, stack.pathOf(skipped)));
      }
    }

    private void leaveOut() {
      if (stack.isContent()) {
        visitor.leaveOut();
      }
    }

    private void stopIfInterrupted() throws ClosedByInterruptException {
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
    }
  }
}
