package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.FilePrint;
import io.github.dockerimageexporter.scrub.tree.FileSum;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.LayerTree.Found;
import io.github.dockerimageexporter.scrub.tree.OverlayAttributes;
import io.github.dockerimageexporter.scrub.tree.TreeSum;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import java.io.IOException;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the directories of layers had when they were found to be as their blobs say: the sum of
/// their files, and which of them were marked as opaque. A directory that has the same still is as
/// its blob says, which need not be unpacked again. That stays true whatever becomes of it.
///
/// It takes 16 MiB at most, for 100,000 layers; those that were not asked for longest are let go.
/// Nothing outlives the process. All methods may be called by any thread.
public final class KeptShapes {
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  /// Of an entry and its key in a map, and of a path in it; both rather too much.
  private static final int ENTRY_BYTES = 160;
  private static final int PATH_BYTES = 56;

  private final int maxBytes;
  private final Map<State, Shape> kept = new LinkedHashMap<>(16, 0.75f, true);
  private int bytes;

  /// A directory, by its inode, and the blob that it is held against.
  public record State(Held held, long inode) {
    static State of(ScrubTarget target) {
      return new State(target.held(), target.inode());
    }
  }

  /// @param opaque the directories that an attribute marks
  /// @param entries how many the blob lists
  record Shape(FileSum files, List<String> opaque, long entries) {
    Shape {
      opaque = List.copyOf(opaque);
    }

    private int bytes() {
      return ENTRY_BYTES + opaque.stream().mapToInt(path -> PATH_BYTES + path.length()).sum();
    }
  }

  public KeptShapes() {
    this(MAX_BYTES);
  }

  KeptShapes(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// Whether nothing is kept of any layer.
  public synchronized boolean isEmpty() {
    return kept.isEmpty();
  }

  /// Whether there is anything to compare a layer with.
  public synchronized boolean has(State state) {
    return kept.containsKey(state);
  }

  /// Those of which something is kept.
  public synchronized List<State> states() {
    return List.copyOf(kept.keySet());
  }

  /// Lets go of all but these.
  public synchronized void retain(Collection<State> present) {
    if (kept.isEmpty()) {
      return;
    }
    Set<State> all = Set.copyOf(present);
    for (Iterator<Map.Entry<State, Shape>> each = kept.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<State, Shape> next = each.next();
      if (!all.contains(next.getKey())) {
        bytes -= next.getValue().bytes();
        each.remove();
      }
    }
  }

  synchronized void keep(ScrubTarget target, Shape shape) {
    Shape before = kept.put(State.of(target), shape);
    bytes += shape.bytes() - (before == null ? 0 : before.bytes());
    Iterator<Shape> eldest = kept.values().iterator();
    while (bytes > maxBytes) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
  }

  private synchronized Optional<Shape> find(ScrubTarget target) {
    return Optional.ofNullable(kept.get(State.of(target)));
  }

  /// That a layer has what it had; empty if it has not, or nothing is kept of it.
  Optional<Verified> verify(ScrubTarget target, Buffers buffers) throws IOException {
    Optional<Shape> before = find(target);
    return before.isPresent()
            && sum(target, buffers).equals(Optional.of(before.get().files()))
            && areOpaque(before.get().opaque(), target, buffers)
        ? Optional.of(new Verified(before.get().entries(), 0))
        : Optional.empty();
  }

  /// The sum of all files of a layer; empty if part of it cannot be read.
  static Optional<FileSum> sum(ScrubTarget target, Buffers buffers) throws IOException {
    var found = new TreeSum(buffers.paths(), buffers, FilePrint::ofItself);
    buffers.measurer().measure(target.content(), Optional.empty(), found);
    return found.sum();
  }

  private static boolean areOpaque(List<String> paths, ScrubTarget target, Buffers buffers)
      throws IOException {
    if (paths.isEmpty()) {
      return true;
    }
    try (LayerTree tree = LayerTree.open(target.content(), buffers)) {
      for (String path : paths) {
        if (tree.find(path) != Found.PRESENT
            || !tree.hasAttribute(path, OverlayAttributes.OPAQUE)) {
          return false;
        }
      }
      return true;
    }
  }
}
