package io.github.dockerimageexporter.content.size;

import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.usage.DirectoryMeasurer;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads once more a layer whose recorded size is neither that of its files nor that of its
/// tar-split record, before anything is said of it. Used by one thread.
public final class SizeMismatchReader {
  private @Nullable DirectoryMeasurer measurer;

  /// What was read of the layer so far.
  ///
  /// @param directory the layer's
  /// @param content the child that holds the layer's files
  /// @param inode tells the directory from a later one of the same name
  /// @param contentBytes what its files were measured to have
  /// @param tarSplit what its record was read to say
  public record SizeMismatch(
      StorePath directory,
      String content,
      long inode,
      long contentBytes,
      TarSplitFile record,
      TarSplit tarSplit) {}

  /// Whether the layer has the same sizes still, and its files are what they seem ([OverlayMarks]).
  /// Empty if it has others now, or could not be read, which says nothing.
  public Optional<Boolean> isConfirmed(SizeMismatch mismatch) {
    Optional<Boolean> plain = OverlayMarks.isPlain(content(mismatch));
    if (plain.isEmpty() || !plain.get()) {
      return plain;
    }
    return isSameSize(mismatch)
            && TarSplitReader.read(mismatch.record())
                .filter(mismatch.tarSplit()::equals)
                .isPresent()
        ? plain
        : Optional.empty();
  }

  private boolean isSameSize(SizeMismatch mismatch) {
    try {
      DirectoryUsage usage =
          measurer().measure(mismatch.directory(), Optional.of(mismatch.content()));
      return usage.unreadable() == 0 && usage.contentBytes() == mismatch.contentBytes();
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

  private static StorePath content(SizeMismatch mismatch) {
    StorePath directory = mismatch.directory();
    return new StorePath(
        directory.root(), directory.path().resolve(mismatch.content()), directory.own() + 1);
  }
}
