package io.github.dockerimageexporter.store.file;

import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Collects, during one pass, what no image, layer or container answers for.
public final class Leftovers {
  /// Enough for whatever Docker makes; in a directory with more, the rest does not count.
  private static final int MOST_CHILDREN = 1000;

  private final List<Leftover> found = new ArrayList<>();
  private final ReadFailures failures;

  public Leftovers(ReadFailures failures) {
    this.failures = failures;
  }

  /// Adds `name`, which stands in `directory`, unless it has vanished by now.
  ///
  /// @param path that of `directory`, relative to the data root
  public void add(Leftover.Kind kind, Directory directory, String path, String name) {
    add(kind, directory, path, name, false, Instant.MIN);
  }

  /// Adds one that had an owner until `abandoned`.
  public void add(
      Leftover.Kind kind, Directory directory, String path, String name, Instant abandoned) {
    add(kind, directory, path, name, false, abandoned);
  }

  /// Adds what is not a file.
  public void add(Leftover leftover) {
    found.add(leftover);
  }

  /// Adds an entry of a directory, unless it is gone by now.
  ///
  /// @param doubtful whether something that cannot be read or understood may answer for it
  public void add(
      Leftover.Kind kind, Directory directory, String path, String name, boolean doubtful) {
    add(kind, directory, path, name, doubtful, Instant.MIN);
  }

  private void add(
      Leftover.Kind kind,
      Directory directory,
      String path,
      String name,
      boolean doubtful,
      Instant abandoned) {
    try {
      Optional<FileStatus> status = directory.find(name);
      if (status.isPresent()) {
        Instant began = status.get().changedAt();
        Instant changed =
            status.get().kind() == FileKind.DIRECTORY ? newest(directory, name, began) : began;
        Instant lastChange = abandoned.isAfter(changed) ? abandoned : changed;
        found.add(new Leftover(kind, path + "/" + name, began, lastChange, doubtful));
      }
    } catch (NoSuchFileException vanished) {
      // Removed since it was listed.
    } catch (IOException unreadable) {
      failures.path(path + "/" + name, unreadable);
    }
  }

  /// Sorted by path.
  public List<Leftover> toList() {
    return found.stream().sorted(Comparator.comparing(Leftover::path)).toList();
  }

  private static Instant newest(Directory parent, String name, Instant own) throws IOException {
    Instant newest = own;
    try (Directory directory = parent.openDirectory(name)) {
      List<DirectoryEntry> children = directory.entries();
      for (DirectoryEntry child : children.subList(0, Math.min(children.size(), MOST_CHILDREN))) {
        Instant changed = directory.find(child.name()).map(FileStatus::changedAt).orElse(own);
        newest = changed.isAfter(newest) ? changed : newest;
      }
    }
    return newest;
  }
}
