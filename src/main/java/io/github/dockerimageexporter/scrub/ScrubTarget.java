package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.FirstUser;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import io.github.dockerimageexporter.snapshot.TarSplitFile;
import java.util.List;
import java.util.Optional;

/// A layer that is to be scrubbed, in the state in which a scan found it.
///
/// @param content the directory that has its files
/// @param inode tells its directory from a later one of the same name
/// @param below the records of the layers below
/// @param files what `content` has
/// @param firstUser of a daemon that remaps users
public record ScrubTarget(
    DiffId diffId,
    TarSplitFile record,
    StorePath content,
    long inode,
    List<TarSplitFile> below,
    LayerFiles files,
    Optional<FirstUser> firstUser,
    Depth depth) {

  /// Whether `content` has the files of all layers below as well.
  boolean isWholeTree() {
    return files == LayerFiles.WHOLE_TREE;
  }

  /// The same, of a kernel that may leave copies in a layer's directory.
  ScrubTarget withCopies() {
    return files == LayerFiles.OWN
        ? new ScrubTarget(
            diffId, record, content, inode, below, LayerFiles.OWN_AND_COPIED, firstUser, depth)
        : this;
  }
}
