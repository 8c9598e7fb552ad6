package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import io.github.dockerimageexporter.scrub.Pace;
import io.github.dockerimageexporter.scrub.cover.ChainLayer;
import io.github.dockerimageexporter.scrub.record.BlobRecord;
import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.record.TarSplitRecord;
import io.github.dockerimageexporter.scrub.record.UnverifiableException;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Blob;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The chains of all images, layer by layer, and the records of their layers: tar-split records,
/// and blobs whose content was scrubbed.
public final class ChainRecords {
  /// More than any image has.
  private static final int MOST_LAYERS = 1000;

  private final Optional<Pace> pace;
  private volatile Path dataRoot = Path.of("");

  /// Of the thread that reads, whose system calls they make.
  private @Nullable Buffers buffers;

  private ChainRecords(Optional<Pace> pace) {
    this.pace = pace;
  }

  /// Tar-split records alone.
  public static ChainRecords ofTarSplits() {
    return new ChainRecords(Optional.empty());
  }

  /// Blobs too.
  ///
  /// @param pace at which those are read
  public static ChainRecords withBlobs(Pace pace) {
    return new ChainRecords(Optional.of(pace));
  }

  /// Whether they become more as layers are scrubbed.
  boolean followScrub() {
    return pace.isPresent();
  }

  /// The layers of images whose chains have a record each, by store: each layer behind the one that
  /// it stands on, before those that do not stand on that.
  Map<String, List<ChainLayer>> chains(Observation seen, Readings known) {
    dataRoot = seen.dataRoot();
    return seen.stores().stream()
        .collect(toMap(one -> one.store().name(), one -> chains(one, known)));
  }

  private List<ChainLayer> chains(ObservedStore one, Readings known) {
    Function<ChainId, Optional<LayerRecord>> records = records(one.store(), known);
    Set<ChainId> wanted = one.graph().namedByImages();
    var ordered = new ArrayList<ChainLayer>(wanted.size());
    Deque<ChainLayer> open = new ArrayDeque<>();
    for (Layer layer : one.store().layers().values()) {
      if (layer.parent().isEmpty() && wanted.contains(layer.chainId())) {
        records
            .apply(layer.chainId())
            .ifPresent(record -> open.push(ChainLayer.base(layer.chainId(), record)));
      }
      while (!open.isEmpty()) {
        ChainLayer next = open.pop();
        ordered.add(next);
        for (ChainId upper : one.graph().childrenOf(next.id())) {
          if (wanted.contains(upper) && next.height() < MOST_LAYERS) {
            records.apply(upper).ifPresent(record -> open.push(next.with(upper, record)));
          }
        }
      }
    }
    return ordered;
  }

  /// Blobs only of chains of which all were scrubbed: those below are read with each that comes
  /// later, and nothing is shown of an image before its last one.
  private Function<ChainId, Optional<LayerRecord>> records(StoreSnapshot store, Readings known) {
    if (!store.tarSplits().isEmpty() || pace.isEmpty()) {
      return layer -> Optional.ofNullable(store.tarSplits().get(layer));
    }
    Map<ChainId, LayerRecord> blobs = scrubbedBlobs(store, known);
    Set<ChainId> whole =
        store.images().values().stream()
            .flatMap(Image::chains)
            .map(RootFs::chainIds)
            .filter(blobs.keySet()::containsAll)
            .flatMap(List::stream)
            .collect(toSet());
    return layer -> Optional.ofNullable(blobs.get(layer)).filter(_ -> whole.contains(layer));
  }

  private static Map<ChainId, LayerRecord> scrubbedBlobs(StoreSnapshot store, Readings known) {
    Map<ChainId, LayerRecord> blobs = new HashMap<>();
    var evidence = known.evidence(store);
    store
        .layerRecords()
        .forEach(
            (layer, record) -> {
              if (record instanceof Blob blob
                  && evidence.scrubbed(layer, Depth.CONTENT).isPresent()) {
                blobs.put(layer, blob.alone());
              }
            });
    return blobs;
  }

  /// Tells of each entry of a record; by one thread.
  ///
  /// @return whether it is one: what is none stays so until it changes
  /// @throws IOException if it cannot be read now
  boolean read(LayerRecord record, EntryVisitor visitor) throws IOException {
    try {
      switch (record) {
        case LayerRecord.TarSplitFile file -> TarSplitRecord.read(file, visitor);
        case Blob blob -> read(blob, pace.orElseThrow(), visitor);
        case LayerRecord.None(String reason) -> throw new UnverifiableException(reason);
      }
      return true;
    } catch (UnexpectedFileException other) {
      return false;
    } catch (FileSystemException | InterruptedIOException | ClosedByInterruptException notNow) {
      throw notNow;
    } catch (IOException malformed) {
      return false;
    }
  }

  private void read(Blob blob, Pace at, EntryVisitor visitor) throws IOException {
    at.begin();
    try (BlobRecord opened =
        BlobRecord.open(blob, dataRoot, buffers(), false, (_, length) -> at.read(length))) {
      opened.read(visitor);
    }
  }

  private Buffers buffers() {
    Buffers own = buffers;
    if (own == null) {
      own = new Buffers();
      buffers = own;
    }
    return own;
  }
}
