package io.github.dockerimageexporter.scrub.tree;

import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.posix.StatusBuffer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The directories of the layers that one stands on, each of which shows what those above it do not
/// have. They are opened as somebody asks for them.
public final class LowerTrees implements AutoCloseable {
  private final List<StorePath> places;
  private final Buffers buffers;
  private final List<Optional<LayerTree>> opened = new ArrayList<>();

  /// @param places the directories, the next one first
  /// @param buffers for these alone
  public LowerTrees(List<StorePath> places, Buffers buffers) {
    this.places = List.copyOf(places);
    this.buffers = buffers;
  }

  /// Whether the entry that `walk` is at changes nothing of what they show: it is a copy of what
  /// they have, or a whiteout of what they do not.
  public boolean have(TreeWalk walk) throws IOException {
    StatusBuffer status = walk.status();
    boolean isWhiteout = LayerTree.isWhiteout(status);
    for (int i = 0; i < places.size(); i++) {
      Optional<LayerTree> tree = tree(i);
      switch (tree.isEmpty() ? LayerTree.Found.ABSENT : tree.get().find(walk.path())) {
        case PRESENT -> {
          boolean isRemoved = LayerTree.isWhiteout(buffers.status);
          return isRemoved ? isWhiteout : isCopy(status, buffers.status);
        }
        case BLOCKED -> {
          return isWhiteout;
        }
        case ABSENT -> tree.ifPresent(LayerTree::rest);
      }
    }
    return isWhiteout;
  }

  private static boolean isCopy(StatusBuffer copy, StatusBuffer original) {
    return copy.mode() == original.mode()
        && copy.owner() == original.owner()
        && copy.group() == original.group()
        && copy.sizeBytes() == original.sizeBytes()
        && copy.majorOfDevice() == original.majorOfDevice()
        && copy.minorOfDevice() == original.minorOfDevice();
  }

  /// One of them, if it is there.
  private Optional<LayerTree> tree(int index) throws IOException {
    while (opened.size() <= index) {
      opened.add(open(places.get(opened.size())));
    }
    return opened.get(index);
  }

  private Optional<LayerTree> open(StorePath place) throws IOException {
    try {
      return Optional.of(LayerTree.open(place, buffers));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    opened.forEach(tree -> tree.ifPresent(LayerTree::close));
  }
}
