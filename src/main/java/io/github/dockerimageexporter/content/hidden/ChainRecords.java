package io.github.dockerimageexporter.content.hidden;

import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.content.Readings;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import io.github.dockerimageexporter.scrub.Pace;
import io.github.dockerimageexporter.scrub.cover.ChainLayers;
import io.github.dockerimageexporter.scrub.record.BlobRecord;
import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.record.TarSplitRecord;
import io.github.dockerimageexporter.scrub.record.UnverifiableException;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Blob;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The chains of all images, layer by layer, and the records of their layers: tar-split records,
/// and blobs whose content was scrubbed.
public final class ChainRecords {
  private final Optional<Pace> pace;
  private volatile Path dataRoot = Path.of("");

  /// Of the thread that scans.
  private Map<String, Followed> followed = Map.of();

  /// Of the thread that reads, whose system calls they make.
  private @Nullable Buffers buffers;

  /// What is kept of a store.
  private record Followed(ChainLayers chains, ScrubbedBlobs blobs) {
    Followed() {
      this(new ChainLayers(), new ScrubbedBlobs());
    }
  }

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

  /// The layers of images whose chains have a record each, by store.
  Map<String, ChainLayers> follow(Observation seen, Readings known) {
    dataRoot = seen.dataRoot();
    Map<String, Followed> stores = new HashMap<>();
    for (ObservedStore one : seen.stores()) {
      Followed store = followed.getOrDefault(one.store().name(), new Followed());
      store.chains.follow(one.store().layers(), one.graph(), records(one, store.blobs, known));
      stores.put(one.store().name(), store);
    }
    followed = stores;
    return stores.entrySet().stream()
        .collect(toMap(Map.Entry::getKey, store -> store.getValue().chains));
  }

  private PersistentMap<ChainId, LayerRecord> records(
      ObservedStore one, ScrubbedBlobs blobs, Readings known) {
    StoreSnapshot store = one.store();
    return !store.tarSplits().isEmpty() || pace.isEmpty()
        ? PersistentMap.widened(store.tarSplits())
        : blobs.of(one, known.evidence(store));
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
