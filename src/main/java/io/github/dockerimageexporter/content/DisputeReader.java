package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.snapshot.TarSplitFile;
import io.github.dockerimageexporter.usage.DirectoryMeasurer;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads once more a layer whose recorded size is neither that of its files nor that of its
/// tar-split record, before anything is said of it. Used by one thread.
final class DisputeReader {
  private @Nullable DirectoryMeasurer measurer;

  /// What was read of the layer so far.
  ///
  /// @param directory the layer's
  /// @param content the child that holds the layer's files
  /// @param inode tells the directory from a later one of the same name
  /// @param contentBytes what its files were measured to have
  /// @param tarSplit what its record was read to say
  record Dispute(
      StorePath directory,
      String content,
      long inode,
      long contentBytes,
      TarSplitFile record,
      TarSplit tarSplit) {}

  /// Whether the layer has the same sizes still, and its files are what they seem ([OverlayMarks]).
  /// Empty if it has others now, or could not be read, which says nothing.
  Optional<Boolean> isConfirmed(Dispute dispute) {
    Optional<Boolean> plain = OverlayMarks.isPlain(content(dispute));
    if (plain.isEmpty() || !plain.get()) {
      return plain;
    }
    return isSameSize(dispute)
            && TarSplitReader.read(dispute.record()).filter(dispute.tarSplit()::equals).isPresent()
        ? plain
        : Optional.empty();
  }

  private boolean isSameSize(Dispute dispute) {
    try {
      DirectoryUsage usage =
          measurer().measure(dispute.directory(), Optional.of(dispute.content()));
      return usage.unreadable() == 0 && usage.contentBytes() == dispute.contentBytes();
    } catch (IOException unreadable) {
      return false;
    }
  }

  /// Made by the thread that reads, whose system calls it makes.
  private DirectoryMeasurer measurer() {
    DirectoryMeasurer own = measurer;
    if (own == null) {
      own = new DirectoryMeasurer(_ -> {});
      measurer = own;
    }
    return own;
  }

  private static StorePath content(Dispute dispute) {
    StorePath directory = dispute.directory();
    return new StorePath(
        directory.root(), directory.path().resolve(dispute.content()), directory.own() + 1);
  }
}
