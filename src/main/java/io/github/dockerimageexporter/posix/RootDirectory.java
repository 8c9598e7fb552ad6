package io.github.dockerimageexporter.posix;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An open data root, and the one place where symbolic links below it are followed.
///
/// The paths given here are those of a store's lists, such as `image/overlay2/layerdb/sha256` or
/// `containers`. Every name in one may be a link to another disk, which dockerd follows too. A
/// [Directory] that is opened here follows none, so that nothing inside a layer, an image or a
/// container leads anywhere else.
///
/// | link                                        | then                                        |
/// |---------------------------------------------|---------------------------------------------|
/// | owned by root                               | followed                                    |
/// | of another user                             | followed to what the same user owns, so     |
/// |                                             | that a reader who is root is not led out of |
/// |                                             | what a user could read alone                |
/// | to nothing, or to an empty directory where  | [SymbolicLinkException]: its disk is not    |
/// | there must be something                     | mounted                                     |
public final class RootDirectory implements AutoCloseable {
  private final Path path;
  private final Optional<Directory> directory;

  private RootDirectory(Path path, Optional<Directory> directory) {
    this.path = path;
    this.directory = directory;
  }

  /// Opens the data root, which may itself be a link.
  public static RootDirectory open(Path path) throws IOException {
    return new RootDirectory(path, Optional.of(Directory.open(path)));
  }

  /// Opens a data root that need not be there: if it is not, there is nothing in it.
  public static RootDirectory openIfPresent(Path path) throws IOException {
    try {
      return open(path);
    } catch (NoSuchFileException absent) {
      return new RootDirectory(path, Optional.empty());
    }
  }

  /// Opens the directory `object` in the list at `top`, without the list; [Directory#path] is where
  /// it is below `root`, links or not.
  public static Directory open(Path root, String top, String object) throws IOException {
    try (var opened = open(root);
        var list = opened.openDirectory(top)) {
      return list.openDirectory(object);
    }
  }

  public Path path() {
    return path;
  }

  public boolean isPresent() {
    return directory.isPresent();
  }

  /// What is in the root itself.
  public List<DirectoryEntry> entries() throws IOException {
    return directory.isPresent() ? directory.get().entries() : List.of();
  }

  /// Opens the directory at `top`.
  public Directory openDirectory(String top) throws IOException {
    try (var place = LinkWalk.to(opened(), top)) {
      return place.openDirectory();
    }
  }

  /// Opens the directory at `top`, which is never empty once a daemon has used it.
  ///
  /// @throws SymbolicLinkException if it is one that is
  public Directory openFilledDirectory(String top) throws IOException {
    try (var place = LinkWalk.to(opened(), top)) {
      return place.openFilledDirectory();
    }
  }

  /// The status of what is at `top`, of a link that of its target; empty if there is nothing.
  public Optional<FileStatus> find(String top) throws IOException {
    try (var place = LinkWalk.to(opened(), top)) {
      return place.find();
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  /// What is done with a name in a directory.
  @FunctionalInterface
  public interface Access<T> {
    T to(Directory parent, String name) throws IOException;
  }

  /// Does something with what `top` leads to, by its name in the directory where it really is.
  ///
  /// @throws NoSuchFileException if there is no such directory
  public <T> T at(String top, Access<T> access) throws IOException {
    try (var place = LinkWalk.to(opened(), top)) {
      return access.to(place.parent(), place.name());
    }
  }

  /// Opens the regular file at `top`.
  public RegularFile openFile(String top) throws IOException {
    return at(top, Directory::openFile);
  }

  private Directory opened() throws NoSuchFileException {
    return directory.orElseThrow(() -> new NoSuchFileException(path.toString()));
  }

  @Override
  public void close() {
    directory.ifPresent(Directory::close);
  }
}
