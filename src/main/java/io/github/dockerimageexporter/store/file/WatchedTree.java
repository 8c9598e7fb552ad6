package io.github.dockerimageexporter.store.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A directory that is watched, and those below it. Each kind of store says which of its own
/// are.
///
/// The store's own directories are few and tell of everything that comes or goes; there are as many
/// of the others as images, layers and containers, and they tell of edits in place. Nothing else is
/// watched: what is under construction elsewhere is told of by its rename.
///
/// @param name of the entries that it stands for
/// @param perObject whether there is one for each image, layer or container
public record WatchedTree(Pattern name, boolean perObject, List<WatchedTree> below) {

  private static final Pattern ONE_NAME = Pattern.compile("[a-z0-9]+");

  /// A directory of the store's own.
  public static WatchedTree store(String name, WatchedTree... below) {
    return store(name, List.of(below));
  }

  public static WatchedTree store(String name, List<WatchedTree> below) {
    return new WatchedTree(Pattern.compile(name), false, List.copyOf(below));
  }

  /// A directory of one object.
  public static WatchedTree object(String name) {
    return new WatchedTree(Pattern.compile(name), true, List.of());
  }

  /// This directory with what is watched of it for another reason.
  public WatchedTree and(WatchedTree other) {
    return store(name.pattern(), Stream.concat(below.stream(), other.below.stream()).toList());
  }

  /// What a walk does with each directory it may enter.
  @FunctionalInterface
  public interface Visit {
    /// Says whether the walk goes on below `directory`, which need not exist or be a directory.
    boolean enter(Path directory, WatchedTree tree) throws IOException;

    /// Is told of a directory that was entered and cannot be listed.
    default void unlisted(Path directory) {}
  }

  /// Whether an entry of this name never tells of a change: what `.tmp-` files and `-removing`
  /// directories stand for shows by another name in the same directory.
  public static boolean isNoise(String name) {
    return name.startsWith(".tmp-") || name.endsWith("-removing");
  }

  /// The watched directory at a path relative to this one.
  public Optional<WatchedTree> at(Path relative) {
    var found = Optional.of(this);
    for (Path entry : relative) {
      String entryName = entry.toString();
      if (!entryName.isEmpty()) {
        found = found.flatMap(tree -> tree.child(entryName));
      }
    }
    return found;
  }

  /// Visits `directory`, which stands at this place of the tree, and the watched ones below it.
  ///
  /// Lists no directory without need, so its cost is that of the directories it visits.
  ///
  /// @return whether `directory` itself was entered
  public boolean walk(Path directory, boolean objects, Visit visit) throws IOException {
    if (!visit.enter(directory, this)) {
      return false;
    }
    if (!hasBelow(objects)) {
      return true;
    }
    for (Path entry : children(directory, visit)) {
      Optional<WatchedTree> child = child(entry.getFileName().toString());
      if (child.isPresent()) {
        child.get().walk(entry, objects, visit);
      }
    }
    return true;
  }

  private boolean hasBelow(boolean objects) {
    for (WatchedTree tree : below) {
      if (objects || !tree.perObject) {
        return true;
      }
    }
    return false;
  }

  /// What may be watched in `directory`: if that has certain names, not all else is looked at.
  private List<Path> children(Path directory, Visit visit) throws IOException {
    return below.stream().allMatch(WatchedTree::hasOneName)
        ? below.stream()
            .map(tree -> directory.resolve(tree.name.pattern()))
            .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
            .toList()
        : list(directory, visit);
  }

  /// Whether it stands for entries of one name only.
  private boolean hasOneName() {
    return ONE_NAME.matcher(name.pattern()).matches();
  }

  private Optional<WatchedTree> child(String entry) {
    if (!isNoise(entry)) {
      for (WatchedTree tree : below) {
        if (tree.name.matcher(entry).matches()) {
          return Optional.of(tree);
        }
      }
    }
    return Optional.empty();
  }

  private static List<Path> list(Path directory, Visit visit) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      var listed = new ArrayList<Path>();
      entries.forEach(listed::add);
      return listed;
    } catch (NoSuchFileException | NotDirectoryException vanished) {
      return List.of();
    } catch (DirectoryIteratorException | FileSystemException failed) {
      visit.unlisted(directory);
      return List.of();
    }
  }
}
