package io.github.dockerimageexporter.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An open directory, and what lies below it.
///
/// A name is one name in the directory, or several, joined by `/`, that lead further down. A
/// symbolic link on the way is never followed; only a [RootDirectory] does that. Names that lead
/// out of the directory (`..`, absolute ones) are as good as absent. Used by one thread at a time.
///
/// | failure                                      | exception                   |
/// |----------------------------------------------|-----------------------------|
/// | absent; something on the way no directory    | [NoSuchFileException]       |
/// | permission                                   | [AccessDeniedException]     |
/// | a symbolic link                              | [SymbolicLinkException]     |
/// | there, but of the wrong kind or too large    | [UnexpectedFileException]   |
/// | no descriptor or memory left                 | [ExhaustedException]        |
/// | anything else                                | [FileSystemException], with the error number |
public final class Directory implements AutoCloseable {
  /// What stands in a name for bytes that are not UTF-8.
  public static final char NOT_UTF_8 = '\ufffd';

  private static final int CLOSED = -1;

  private final @Nullable Directory parent;
  private final String name;
  private int descriptor;

  /// @param parent where it was opened; null if `name` is a path of its own
  Directory(@Nullable Directory parent, String name, int descriptor) {
    this.parent = parent;
    this.name = name;
    this.descriptor = descriptor;
  }

  /// Opens `path`, following links to it.
  public static Directory open(Path path) throws IOException {
    var name = path.toString().isEmpty() ? "." : path.toString();
    var scratch = Scratch.ofThread();
    int opened = scratch.kernel.openDirectoryFollowing(scratch.writePath(name));
    return new Directory(null, name, orThrow(opened, name));
  }

  /// Opens a directory below this one.
  public Directory openDirectory(String name) throws IOException {
    if (name.indexOf('/') >= 0) {
      return below(name, Directory::openDirectory);
    }
    var scratch = Scratch.ofThread();
    int opened = scratch.kernel.openDirectory(descriptor, scratch.writeName(name));
    if (opened < 0) {
      throw notOpened(scratch, opened, name);
    }
    return new Directory(this, name, opened);
  }

  private IOException notOpened(Scratch scratch, int failure, String name) throws IOException {
    if (failure == -Kernel.ENOTDIR) {
      long written = scratch.writeName(name);
      if (ask(scratch, written, name) && scratch.status.kind() == FileKind.SYMBOLIC_LINK) {
        return notFollowed(scratch, written, name);
      }
    }
    return Kernel.failure(failure, pathOf(name));
  }

  private SymbolicLinkException notFollowed(Scratch scratch, long written, String name) {
    int length = Math.max(0, scratch.readLink(descriptor, written));
    return new SymbolicLinkException(
        pathOf(name),
        new String(scratch.contentBytes(length), StandardCharsets.UTF_8),
        "is not followed here");
  }

  /// The number the kernel knows this directory by, for calls of [Kernel]; below zero once closed.
  public int descriptor() {
    return descriptor;
  }

  public Path path() {
    return Path.of(text());
  }

  /// The path, put together only where it is asked for: most directories are read without a word.
  String text() {
    return parent == null ? name : parent.pathOf(name);
  }

  /// Everything in this directory but `.` and `..`, in no order. Bytes of a name that are not UTF-8
  /// become [#NOT_UTF_8].
  ///
  /// @throws FileSystemException if there are so many that knowing them could end this program
  public List<DirectoryEntry> entries() throws IOException {
    var found = new ArrayList<DirectoryEntry>();
    EntryList.of(this).forEach(found::add);
    return found;
  }

  /// The [#entries], sorted by name.
  public List<DirectoryEntry> sortedEntries() throws IOException {
    var sorted = entries();
    sorted.sort(Comparator.comparing(DirectoryEntry::name));
    return sorted;
  }

  /// The status of a name, of a symbolic link its own; empty if there is no such name.
  public Optional<FileStatus> find(String name) throws IOException {
    if (name.indexOf('/') >= 0) {
      try {
        return below(name, Directory::find);
      } catch (NoSuchFileException absent) {
        return Optional.empty();
      }
    }
    var scratch = Scratch.ofThread();
    boolean present = ask(scratch, scratch.writeName(name), name);
    return present ? Optional.of(scratch.status.toStatus()) : Optional.empty();
  }

  /// The status of this directory itself.
  public FileStatus status() throws IOException {
    var status = Scratch.ofThread().status;
    orThrow(status.fill(descriptor));
    return status.toStatus();
  }

  /// Whether this directory itself belongs to root, with whatever group.
  public boolean isOwnedByRoot() throws IOException {
    var status = Scratch.ofThread().status;
    orThrow(status.fill(descriptor));
    return status.owner() == 0;
  }

  /// Where the symbolic link `name` points; empty if there is no such name.
  public Optional<String> readLink(String name) throws IOException {
    if (name.indexOf('/') >= 0) {
      try {
        return below(name, Directory::readLink);
      } catch (NoSuchFileException absent) {
        return Optional.empty();
      }
    }
    var scratch = Scratch.ofThread();
    long written = scratch.writeName(name);
    int length = scratch.readLink(descriptor, written);
    if (length == -Kernel.EINVAL && ask(scratch, written, name)) {
      requireKind(scratch.status, FileKind.SYMBOLIC_LINK, "a symbolic link", name);
    }
    if (length == -Kernel.ENOENT || length == -Kernel.ENOTDIR) {
      return Optional.empty();
    }
    if (length < 0) {
      throw Kernel.failure(length, pathOf(name));
    }
    return Optional.of(new String(scratch.contentBytes(length), StandardCharsets.UTF_8));
  }

  /// The whole content of a regular file of at most `maxBytes`. Nothing else is ever opened, so
  /// that this does not wait for a FIFO's writer nor wake a device.
  public byte[] read(String name, int maxBytes) throws IOException {
    if (name.indexOf('/') >= 0) {
      return below(name, (parent, last) -> parent.read(last, maxBytes));
    }
    var scratch = Scratch.ofThread();
    long written = scratch.writeName(name);
    requireRegular(scratch, written, name);
    long size = scratch.status.sizeBytes();
    if (size > maxBytes) {
      throw new UnexpectedFileException(pathOf(name), size + " bytes", "at most " + maxBytes);
    }
    return read(scratch, written, (int) size, maxBytes, name);
  }

  private void requireRegular(Scratch scratch, long written, String name) throws IOException {
    if (!ask(scratch, written, name)) {
      throw new NoSuchFileException(pathOf(name));
    }
    if (scratch.status.kind() == FileKind.SYMBOLIC_LINK) {
      throw notFollowed(scratch, written, name);
    }
    requireKind(scratch.status, FileKind.REGULAR, "a regular file", name);
  }

  /// Like [#read(String, int)], of a file whose `status` was asked for already.
  public byte[] read(String name, FileStatus status, int maxBytes) throws IOException {
    boolean readable = status.kind() == FileKind.REGULAR && status.sizeBytes() <= maxBytes;
    if (!readable || name.indexOf('/') >= 0) {
      return read(name, maxBytes);
    }
    var scratch = Scratch.ofThread();
    return read(scratch, scratch.writeName(name), (int) status.sizeBytes(), maxBytes, name);
  }

  private byte[] read(Scratch scratch, long written, int size, int maxBytes, String name)
      throws IOException {
    try (var file = open(scratch, written, name)) {
      return file.readAll(size, maxBytes);
    }
  }

  /// Opens a regular file.
  public RegularFile openFile(String name) throws IOException {
    if (name.indexOf('/') >= 0) {
      return below(name, Directory::openFile);
    }
    var scratch = Scratch.ofThread();
    long written = scratch.writeName(name);
    requireRegular(scratch, written, name);
    return open(scratch, written, name);
  }

  private RegularFile open(Scratch scratch, long written, String name) throws IOException {
    int opened = scratch.kernel.openFile(descriptor, written);
    if (opened < 0) {
      throw Kernel.failure(opened, pathOf(name));
    }
    return new RegularFile(this, name, opened);
  }

  /// Whether `name`, itself if it is a symbolic link, has the extended attribute `attribute`. The
  /// name is asked for through this directory's descriptor, so that it is in no other.
  public boolean hasAttribute(String name, String attribute) throws IOException {
    var scratch = Scratch.ofThread();
    long path = scratch.writePath("/proc/self/fd/" + descriptor + "/" + name);
    int result = scratch.kernel.hasAttribute(path, scratch.writeAttribute(attribute));
    if (result < 0) {
      throw Kernel.failure(result, pathOf(name));
    }
    return result > 0;
  }

  /// Goes down to the last directory that `path` names.
  private <T> T below(String path, RootDirectory.Access<T> access) throws IOException {
    int slash = path.lastIndexOf('/');
    try (var parent = openDirectory(path.substring(0, slash))) {
      return access.to(parent, path.substring(slash + 1));
    }
  }

  /// Asks for the status of a name; false if there is none.
  private boolean ask(Scratch scratch, long written, String name) throws IOException {
    int result = scratch.status.fill(descriptor, written);
    if (result == -Kernel.ENOENT || result == -Kernel.ENOTDIR) {
      return false;
    }
    if (result < 0) {
      throw Kernel.failure(result, pathOf(name));
    }
    return true;
  }

  private void requireKind(StatusBuffer status, FileKind kind, String expected, String name)
      throws UnexpectedFileException {
    if (status.kind() != kind) {
      throw new UnexpectedFileException(pathOf(name), FileKind.describe(status.mode()), expected);
    }
  }

  String pathOf(String below) {
    String path = text();
    return path.endsWith("/") ? path + below : path + "/" + below;
  }

  int orThrow(int result) throws IOException {
    return result < 0 ? orThrow(result, text()) : result;
  }

  private static int orThrow(int result, String path) throws IOException {
    if (result < 0) {
      throw Kernel.failure(result, path);
    }
    return result;
  }

  @Override
  public void close() {
    if (descriptor != CLOSED) {
      Kernel.ofThread().close(descriptor);
      descriptor = CLOSED;
    }
  }
}
