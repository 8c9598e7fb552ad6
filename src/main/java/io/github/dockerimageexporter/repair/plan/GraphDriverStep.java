package io.github.dockerimageexporter.repair.plan;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ImageId;
import java.util.List;
import java.util.Optional;

/// One step of the repair of a store of a graph driver, with what must hold before it. All paths
/// are relative to the data root.
///
/// Everything in a step is safe to put into a command: paths are made of the layout's own names and
/// of IDs, or were found to be printable; references match Docker's grammar. Only a [Note] may hold
/// any text, and is no command.
public sealed interface GraphDriverStep {

  /// Text for the person who runs the plan: what is not repaired by a command, and why.
  record Note(String text) implements GraphDriverStep {}

  /// Moves a file or directory out of the store, to the same path below the directory for it.
  ///
  /// @param optional whether it is all right if nothing is there any more
  record MoveAside(String path, boolean optional, List<ScannedState> seen)
      implements GraphDriverStep {
    public static MoveAside of(String path, ScannedState... seen) {
      return new MoveAside(path, false, List.of(seen));
    }

    public static MoveAside ifThere(String path) {
      return new MoveAside(path, true, List.of());
    }
  }

  /// Moves a directory of the graph driver out of the store if it is there, with its short name.
  record MoveDirectoryAside(CacheId id) implements GraphDriverStep {}

  /// Gives a file or directory of the store the name that it should have.
  record Rename(String from, String to, List<ScannedState> seen) implements GraphDriverStep {}

  /// Replaces a file; the old one is moved aside.
  record Write(String path, String content, List<ScannedState> seen) implements GraphDriverStep {}

  /// Makes the short name `link` of the directory `id` again.
  record LinkShortName(String link, CacheId id) implements GraphDriverStep {}

  /// Writes the short name of the directory `id` again: the one that leads to it, or `otherwise`.
  record WriteShortName(CacheId id, String otherwise) implements GraphDriverStep {}

  /// Ends the plan if a disk is to be mounted on the directory.
  record ExpectNoDisk(String path) implements GraphDriverStep {}

  /// Lets a running daemon write its list of names again, or lets it start with an empty one.
  record RestoreNames(String path) implements GraphDriverStep {}

  /// Pulls an image.
  ///
  /// @param image what the reference must name then; empty if that may have changed
  record Pull(String reference, Optional<ImageId> image) implements GraphDriverStep {}

  /// Removes a name that names no image.
  record DropName(String reference) implements GraphDriverStep {}

  record PruneBuildCache() implements GraphDriverStep {}
}
