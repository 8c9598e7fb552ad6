package io.github.dockerimageexporter.repair.plan;

import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import java.util.List;
import java.util.OptionalLong;

/// One step of the repair of a store of containerd, with what must hold before it.
///
/// Everything in a step is safe to put into a command: digests, numbers, IDs, and repositories that
/// match Docker's grammar. Only a [Note] may hold any text, and is no command.
public sealed interface ContainerdStep {

  /// Text for the person who runs the plan: what is not repaired by a command, and why.
  record Note(String text) implements ContainerdStep {}

  /// Gets a blob, beside the store: from an archive, if it has no repository.
  ///
  /// @param repositories those that may have it, with their registry
  record Fetch(Digest blob, List<String> repositories) implements ContainerdStep {}

  /// Puts a blob that was fetched where its record expects it.
  record Put(Digest blob) implements ContainerdStep {}

  /// Lets containerd take a blob that was fetched, and that it has no record of.
  record Ingest(Digest blob) implements ContainerdStep {}

  /// Lets containerd fetch an index or a manifest with all that it names, and that it has no record
  /// of.
  record FetchImage(String reference) implements ContainerdStep {}

  /// Lets a blob keep another one from the next collection.
  record KeepBlob(Digest by, Digest blob) implements ContainerdStep {}

  /// Lets a configuration keep the topmost snapshot of its layers.
  ///
  /// @param snapshot a chain ID
  record KeepSnapshot(Digest by, String snapshot) implements ContainerdStep {}

  /// Unpacks a layer into the directory that its snapshot has lost.
  ///
  /// @param number of the directory
  /// @param below the number of the directory that it stands on
  record Refill(long number, Digest blob, DiffId diffId, OptionalLong below)
      implements ContainerdStep {}

  /// Unpacks a layer into a new directory, and moves the one that has other files aside.
  ///
  /// @param number of the directory
  /// @param below the number of the directory that it stands on
  record Renew(long number, Digest blob, DiffId diffId, OptionalLong below)
      implements ContainerdStep {}

  /// Gives a container an empty directory in place of the one that it has lost.
  record MakeEmpty(long number, OptionalLong below) implements ContainerdStep {}

  /// Ends a lease that no container has.
  record EndLease(String id) implements ContainerdStep {}

  /// Removes an image's name that stands for nothing.
  record RemoveName(String name) implements ContainerdStep {}

  /// Lets the engine unpack an image.
  record Unpack(ImageId image) implements ContainerdStep {}
}
