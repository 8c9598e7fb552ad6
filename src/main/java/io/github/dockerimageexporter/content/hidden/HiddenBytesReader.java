package io.github.dockerimageexporter.content.hidden;

import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.content.Readings;
import io.github.dockerimageexporter.content.background.BackgroundReader;
import io.github.dockerimageexporter.content.background.Confirmation;
import io.github.dockerimageexporter.content.background.Hidden;
import io.github.dockerimageexporter.content.background.ReadingQueue;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.HiddenBytes;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.persistent.UnitedMap;
import io.github.dockerimageexporter.persistent.VersionedMap;
import io.github.dockerimageexporter.posix.Kernel;
import io.github.dockerimageexporter.scrub.cover.ChainLayer;
import io.github.dockerimageexporter.scrub.cover.ChainLayers;
import io.github.dockerimageexporter.scrub.cover.LayerCover;
import io.github.dockerimageexporter.scrub.cover.LayerStack;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds out what the upper layers of images hide of the lower ones, beside the scans, by the lists
/// of files in the layers' records.
///
/// | record                | is read                                                             |
/// |-----------------------|---------------------------------------------------------------------|
/// | tar-split             | once, and for a new image on top of it once more                    |
/// | a blob                | the same, once those of an image are scrubbed, as fast as that may  |
///
/// What is known of a layer stays until its record, or that of one below it, changes.
///
/// All methods but those that say so are for one thread.
public final class HiddenBytesReader implements AutoCloseable {
  /// To show news takes as long as some hundred readings, in a large store.
  private static final long NEWS_NANOS = Duration.ofSeconds(30).toNanos();

  private final ChainRecords records;
  private final LayerStack stack;
  private final Runnable onChange;
  private final BackgroundReader<ChainLayer, LayerCover> reader;
  private final Hidden<ChainLayer> unseen = new Hidden<>(ChainLayer::id);
  private final UnitedMap<ChainLayer, Long> places = new UnitedMap<>(KeyOrder.byHash());
  private Map<String, ChainLayers> tracked = Map.of();

  /// What is shown of each store.
  private final Map<String, StoreCover> shown = new HashMap<>();

  /// What was known when the news was told.
  private volatile PersistentMap<ChainLayer, LayerCover> news =
      PersistentMap.empty(KeyOrder.byHash());

  /// Of the reader's thread.
  private long told = System.nanoTime();

  /// Starts the thread.
  ///
  /// @param records of what is read
  /// @param onChange told by the thread that there is news: when nothing is left to read, and each
  ///     half a minute before
  public HiddenBytesReader(ChainRecords records, Runnable onChange) {
    this.records = records;
    this.stack = new LayerStack(records::read);
    this.onChange = onChange;
    this.reader =
        new BackgroundReader<>(
            "hidden-bytes",
            records.followScrub() ? Kernel::yieldDisks : Kernel::yieldPriority,
            true,
            this::read,
            new ReadingQueue<>(new Confirmation<>(_ -> false, Duration.ZERO)),
            this::tell);
  }

  private void tell() {
    long now = System.nanoTime();
    if (pending() == 0 || now - told >= NEWS_NANOS) {
      told = now;
      news = reader.known();
      onChange.run();
    }
  }

  /// Reads what `wanted` layers of images hide at once, however long that takes.
  public static Observation readAll(Observation seen, Predicate<ChainId> wanted)
      throws InterruptedException {
    var records = ChainRecords.ofTarSplits();
    var stack = new LayerStack(records::read);
    var known = new VersionedMap<ChainLayer, LayerCover>(KeyOrder.byHash());
    Map<String, ChainLayers> chains = records.follow(seen, Readings.none());
    for (ChainLayers store : chains.values()) {
      for (ChainLayer layer : store.inLine()) {
        if (wanted.test(layer.id())) {
          cover(layer, stack).ifPresent(cover -> known.put(layer, cover));
        }
        if (Thread.interrupted()) {
          throw new InterruptedException("stopped");
        }
      }
    }
    return show(seen, chains, known.version(), new HashMap<>());
  }

  /// By the reader's thread.
  private Optional<LayerCover> read(ChainLayer layer) {
    try {
      return cover(layer, stack);
    } finally {
      if (reader.pending() <= 1) {
        stack.clear(); // nothing is known to come that stands on the same layers
      }
    }
  }

  /// What cannot be read now may be later.
  private static Optional<LayerCover> cover(ChainLayer layer, LayerStack stack) {
    try {
      return Optional.of(stack.cover(layer));
    } catch (InterruptedIOException | ClosedByInterruptException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /// Makes the layers of the images of `seen` all that is read.
  ///
  /// @param known what of their content was compared by now
  public void track(Observation seen, Readings known) {
    tracked = records.follow(seen, known);
    shown.keySet().retainAll(tracked.keySet());
    PersistentMap<ChainLayer, Long> found =
        places.of(
            tracked.entrySet().stream()
                .collect(toMap(Map.Entry::getKey, store -> store.getValue().places())));
    PersistentMap<ChainLayer, Long>.Editor wanted = found.edit();
    unseen
        .besides(found.keySet(), seen.isWhole(), reader.known()::keySet)
        .forEach(layer -> wanted.put(layer, Long.MAX_VALUE));
    reader.track(wanted.done());
  }

  /// The same, if what was compared since then can make a difference.
  public void probe(Observation seen, Readings known) {
    if (records.followScrub()) {
      track(seen, known);
    }
  }

  /// What was `seen`, with what is known by now.
  public Observation show(Observation seen) {
    return show(seen, tracked, pending() == 0 ? reader.known() : news, shown);
  }

  private static Observation show(
      Observation seen,
      Map<String, ChainLayers> chains,
      PersistentMap<ChainLayer, LayerCover> known,
      Map<String, StoreCover> covers) {
    return seen.with(
        one -> {
          @Nullable ChainLayers store = chains.get(one.store().name());
          return store == null
              ? one.withHidden(HiddenBytes.UNKNOWN)
              : one.withHidden(
                  covers
                      .computeIfAbsent(one.store().name(), _ -> new StoreCover())
                      .of(store.layers(), known));
        });
  }

  /// How many layers are to be read; for any thread.
  public int pending() {
    return reader.pending();
  }

  @Override
  public void close() {
    reader.close();
  }
}
