package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.FirstUser;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A layer that is to be scrubbed, in the state in which a scan found it.
///
/// @param directory the directory of the layer
/// @param content what has its files there
/// @param inode tells its directory from a later one of the same name
/// @param below the layers and other directories below, the next one first
/// @param files what `content` has
/// @param firstUser of a daemon that remaps users
public record ScrubTarget(
    DiffId diffId,
    LayerRecord record,
    Path dataRoot,
    Path directory,
    StorePath content,
    long inode,
    List<LowerLayer> below,
    LayerFiles files,
    Optional<FirstUser> firstUser,
    Depth depth) {

  /// A layer below.
  public record LowerLayer(LayerRecord record, StorePath content) {}

  /// What is compared with what.
  public Held held() {
    return new Held(directory, record);
  }

  /// Whether `content` has the files of all layers below as well.
  boolean isWholeTree() {
    return files == LayerFiles.WHOLE_TREE;
  }

  /// The same, of a kernel that may leave copies in a layer's directory.
  ScrubTarget withCopies() {
    return files == LayerFiles.OWN
        ? new ScrubTarget(
            diffId,
            record,
            dataRoot,
            directory,
            content,
            inode,
            below,
            LayerFiles.OWN_AND_COPIED,
            firstUser,
            depth)
        : this;
  }
}
