package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.content.background.BackgroundReader;
import io.github.dockerimageexporter.content.background.Confirmation;
import io.github.dockerimageexporter.content.background.Hidden;
import io.github.dockerimageexporter.content.background.ReadingQueue;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.HiddenBytes;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.posix.Kernel;
import io.github.dockerimageexporter.scrub.cover.ChainLayer;
import io.github.dockerimageexporter.scrub.cover.LayerCover;
import io.github.dockerimageexporter.scrub.cover.LayerStack;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

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
  private Map<String, List<ChainLayer>> tracked = Map.of();

  /// What is shown of each store, and what was known when it was made.
  private Map<String, HiddenBytes> shown = Map.of();

  private Map<ChainLayer, LayerCover> shownOf = Map.of();

  /// What was known when the news was told.
  private volatile Map<ChainLayer, LayerCover> news = Map.of();

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
    Map<ChainLayer, LayerCover> known = new HashMap<>();
    Map<String, List<ChainLayer>> layers = records.chains(seen, Readings.none());
    for (List<ChainLayer> chains : layers.values()) {
      for (ChainLayer layer : chains) {
        if (wanted.test(layer.id())) {
          cover(layer, stack).ifPresent(cover -> known.put(layer, cover));
        }
        if (Thread.interrupted()) {
          throw new InterruptedException("stopped");
        }
      }
    }
    return show(seen, hidden(layers, known));
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
    tracked = records.chains(seen, known);
    shown = Map.of();
    reader.track(
        unseen.and(
            tracked.values().stream().flatMap(List::stream).toList(),
            seen.isWhole(),
            reader.known()::keySet));
  }

  /// The same, if what was compared since then can make a difference.
  public void probe(Observation seen, Readings known) {
    if (records.followScrub()) {
      track(seen, known);
    }
  }

  /// What was `seen`, with what is known by now; made anew only if anything is new.
  @SuppressWarnings("ReferenceEquality")
  public Observation show(Observation seen) {
    Map<ChainLayer, LayerCover> known = pending() == 0 ? reader.known() : news;
    if (known != shownOf || shown.isEmpty()) {
      shownOf = known;
      shown = hidden(tracked, known);
    }
    return show(seen, shown);
  }

  private static Observation show(Observation seen, Map<String, HiddenBytes> hidden) {
    return seen.with(
        one -> one.withHidden(hidden.getOrDefault(one.store().name(), HiddenBytes.UNKNOWN)));
  }

  private static Map<String, HiddenBytes> hidden(
      Map<String, List<ChainLayer>> layers, Map<ChainLayer, LayerCover> known) {
    return layers.entrySet().stream()
        .collect(toMap(Map.Entry::getKey, store -> hidden(store.getValue(), known)));
  }

  private static HiddenBytes hidden(List<ChainLayer> layers, Map<ChainLayer, LayerCover> known) {
    Map<ChainId, Map<ChainId, Long>> byLayer = HashMap.newHashMap(layers.size());
    for (ChainLayer layer : layers) {
      LayerCover cover = known.get(layer);
      if (cover != null && cover.isKnown()) {
        byLayer.put(layer.id(), cover.hiddenBytes());
      }
    }
    return new HiddenBytes(byLayer);
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
