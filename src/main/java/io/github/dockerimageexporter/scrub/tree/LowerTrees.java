package io.github.dockerimageexporter.scrub.tree;

import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.StatusBuffer;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tar.Whiteout;
import io.github.dockerimageexporter.scrub.tree.LayerTree.Found;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// The directories of the layers that one stands on, each of which shows what those above it do not
/// have. They are opened as somebody asks for them.
public final class LowerTrees implements AutoCloseable {
  private final List<StorePath> places;
  private final Supplier<Buffers> buffers;
  private final List<Optional<LayerTree>> opened = new ArrayList<>();

  /// What a layer above them says of a path: its record, or its directory.
  @FunctionalInterface
  public interface Above {
    Says says(String path) throws IOException;
  }

  /// What that can be.
  public enum Says {
    NOTHING,
    /// There is a directory.
    DIRECTORY,
    /// Whatever is below is removed or replaced, or may be.
    GONE
  }

  /// What there is to see of a directory in one of them, and in those below it.
  private enum Sight {
    BOTH,
    THIS,
    BELOW,
    NEITHER
  }

  /// @param places the directories, the next one first
  /// @param buffers makes some that are for these alone
  public LowerTrees(List<StorePath> places, Supplier<Buffers> buffers) {
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
      switch (tree.isEmpty() ? Found.ABSENT : tree.get().find(walk.path())) {
        case PRESENT -> {
          StatusBuffer found = tree.orElseThrow().status();
          return LayerTree.isWhiteout(found) ? isWhiteout : isCopy(status, found);
        }
        case BLOCKED -> {
          return isWhiteout;
        }
        case ABSENT -> tree.ifPresent(LayerTree::rest);
      }
    }
    return isWhiteout;
  }

  /// Whether they show anything in a directory that a layer above leaves there as its record says.
  /// Where one of them is gone that is not known, and not said.
  public boolean show(String directory, Above above) throws IOException {
    for (int i = 0; i < places.size(); i++) {
      Optional<LayerTree> tree = tree(i);
      Sight sight = tree.isEmpty() ? Sight.NEITHER : sight(tree.get(), directory);
      if ((sight == Sight.BOTH || sight == Sight.THIS) && shows(i, directory, above)) {
        return true;
      }
      if (sight == Sight.THIS || sight == Sight.NEITHER) {
        return false;
      }
    }
    return false;
  }

  /// Whether `own`, the directory of a layer above them, lets anything of theirs be seen in one of
  /// its directories: neither replaces it nor has a whiteout of it.
  public boolean showIn(LayerTree own, String directory) throws IOException {
    return show(directory, path -> says(own, path));
  }

  private static Says says(LayerTree own, String path) throws IOException {
    return switch (own.find(path)) {
      case BLOCKED -> Says.GONE;
      case ABSENT -> own.find(Whiteout.nameOf(path)) == Found.PRESENT ? Says.GONE : Says.NOTHING;
      case PRESENT ->
          own.status().kind() == FileKind.DIRECTORY && !isOpaque(own, path)
              ? Says.DIRECTORY
              : Says.GONE;
    };
  }

  private static Sight sight(LayerTree tree, String directory) throws IOException {
    boolean isOpaque = false;
    for (String way : TarPath.way(directory)) {
      Found found = tree.find(way);
      if (found == Found.ABSENT) {
        boolean isGone = isOpaque || tree.find(Whiteout.nameOf(way)) == Found.PRESENT;
        return isGone ? Sight.NEITHER : Sight.BELOW;
      }
      if (found == Found.BLOCKED || tree.status().kind() != FileKind.DIRECTORY) {
        return Sight.NEITHER;
      }
      isOpaque |= !way.isEmpty() && isOpaque(tree, way);
    }
    return isOpaque ? Sight.THIS : Sight.BOTH;
  }

  private static boolean isOpaque(LayerTree tree, String directory) throws IOException {
    if (tree.hasAttribute(directory, OverlayAttributes.OPAQUE)) {
      return true;
    }
    for (String mark : Whiteout.opaqueMarks(directory)) {
      if (tree.find(mark) == Found.PRESENT) {
        return true;
      }
    }
    return false;
  }

  private boolean shows(int index, String directory, Above above) throws IOException {
    var shown = new AtomicBoolean();
    tree(index)
        .orElseThrow()
        .walk(
            directory,
            walk -> {
              Says says = shown.get() ? Says.GONE : above.says(walk.path());
              if (says == Says.GONE || isHidden(walk, index)) {
                return false;
              }
              shown.compareAndSet(false, says == Says.NOTHING);
              return says == Says.DIRECTORY;
            });
    return shown.get();
  }

  /// Whether one of the trees above hides the entry that `walk` is at, or it only hides others.
  private boolean isHidden(TreeWalk walk, int index) throws IOException {
    String path = walk.path();
    if (LayerTree.isWhiteout(walk.status()) || Whiteout.of(path).isPresent()) {
      return true;
    }
    for (LayerTree above : opened.subList(0, index).stream().flatMap(Optional::stream).toList()) {
      Sight sight = sight(above, path);
      if (sight == Sight.NEITHER
          || sight == Sight.THIS
          || (sight == Sight.BOTH && !walk.isDirectory())) {
        return true;
      }
    }
    return false;
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
      return Optional.of(LayerTree.open(place, buffers.get()));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    opened.forEach(tree -> tree.ifPresent(LayerTree::close));
  }
}
