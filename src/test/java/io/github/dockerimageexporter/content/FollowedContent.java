package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.content.ScrubTargets.LayerState;
import io.github.dockerimageexporter.content.layer.LayerIndex;
import io.github.dockerimageexporter.content.layer.UnreadableContent;
import io.github.dockerimageexporter.observation.MeasureTargets;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubCount;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.persistent.RekeyedMap;
import io.github.dockerimageexporter.persistent.UnitedMap;
import io.github.dockerimageexporter.persistent.Versions;
import io.github.dockerimageexporter.scrub.KeptShapes;
import io.github.dockerimageexporter.scrub.cover.ChainLayers;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// All that is kept beside the scans of what is to be read, and of what was: once it has followed a
/// data root, it is to be what it is for one who sees that for the first time.
///
/// What is read is made up, and the same for the same things at the same time.
public final class FollowedContent {
  private final MeasureTargets measured = new MeasureTargets();
  private final LayerIndex index = new LayerIndex();
  private final ScrubStores scrubbed = ScrubStores.at(Set.of(Depth.SHAPE, Depth.CONTENT));
  private final List<Look> looks = List.of(new Look(Depth.SHAPE), new Look(Depth.CONTENT));
  private final Versions<Path, DirectoryUsage> usages = new Versions<>(Keys.PATHS);
  private final Versions<TarSplitFile, TarSplit> tarSplits = new Versions<>(KeyOrder.byHash());
  private final UnitedMap<TarSplitFile, Long> records = new UnitedMap<>(KeyOrder.byHash());
  private final Map<String, Store> stores = new HashMap<>();

  /// What is kept of one store.
  private record Store(
      StoreReads reads,
      UnreadableContent unreadable,
      ChainLayers chains,
      Map<Depth, ScrubCount> counts) {
    Store() {
      this(
          new StoreReads(), new UnreadableContent(), new ChainLayers(), new EnumMap<>(Depth.class));
    }
  }

  /// What is kept of the scrub at one depth.
  private record Look(
      Depth depth,
      ScrubLine line,
      Versions<LayerState, Scrubbed> verdicts,
      RekeyedMap<LayerState, Scrubbed, Held> results) {
    Look(Depth depth) {
      this(
          depth,
          new ScrubLine(depth, new KeptShapes(), _ -> true),
          new Versions<>(KeyOrder.byHash()),
          new RekeyedMap<>(KeyOrder.byHash(), KeyOrder.byHash(), LayerState::held));
    }

    private PersistentMap<Held, Scrubbed> shown(List<ScrubTargets> targets, int time) {
      Map<LayerState, Scrubbed> made = new HashMap<>();
      for (LayerState state : line.of(targets).keySet()) {
        int drawn = draw(state.held(), time, 60);
        if (drawn > 9) {
          made.put(state, new Scrubbed(verdict(state, drawn), Instant.ofEpochSecond(drawn)));
        }
      }
      return results.of(verdicts.next(made));
    }
  }

  /// What there is of it by now.
  ///
  /// @param time what is read at another one may say something else
  public Map<String, Object> of(Observation seen, int time) {
    var all = new TreeMap<String, Object>();
    List<ScrubTargets> targets = scrubbed.of(seen);
    targets.forEach(store -> all.put(store.name() + " scrubbed", store.layers()));
    Readings readings = readings(seen, targets, time);
    all.put("measured", readings.targets());
    for (ObservedStore one : seen.stores()) {
      StoreSnapshot store = one.store();
      follow(one, readings.evidence(store), seen, all);
    }
    looks.forEach(look -> all.put("to scrub at " + look.depth(), look.line().of(targets)));
    stores.keySet().retainAll(seen.stores().stream().map(one -> one.store().name()).toList());
    Map<String, PersistentMap<TarSplitFile, Long>> line = new HashMap<>();
    stores.forEach((name, store) -> line.put(name, store.reads.records()));
    all.put("records to read", records.of(line));
    return all;
  }

  private void follow(
      ObservedStore one, LayerEvidence evidence, Observation seen, Map<String, Object> all) {
    String name = one.store().name();
    Store store = stores.computeIfAbsent(name, _ -> new Store());
    store.reads.follow(seen.dataRoot(), one.store(), evidence);
    all.put(name + " mismatches", Set.copyOf(store.reads.mismatches()));
    all.put(name + " unreadable", store.unreadable.of(one.store(), evidence));
    store.chains.follow(one.store().layers(), one.graph(), one.store().layerRecords());
    all.put(name + " chains", store.chains.layers());
    all.put(name + " places", store.chains.places().keySet());
    for (Depth depth : Depth.values()) {
      ScrubCount count = store.counts.computeIfAbsent(depth, ScrubCount::new);
      all.put(name + " tally of " + depth, count.of(one.store(), evidence, Set.of()));
      all.put(name + " times of " + depth, count.verifiedAt());
    }
  }

  private Readings readings(Observation seen, List<ScrubTargets> targets, int time) {
    var directories = measured.of(seen);
    Map<Path, DirectoryUsage> sizes = new HashMap<>();
    for (Path directory : directories.keySet()) {
      sizes.put(directory, new DirectoryUsage(draw(directory, time, 3), 1, 1, 0));
    }
    Map<TarSplitFile, TarSplit> listed = new HashMap<>();
    for (ObservedStore one : seen.stores()) {
      one.store()
          .tarSplits()
          .values()
          .forEach(record -> listed.put(record, tarSplit(record, time)));
    }
    Map<Depth, PersistentMap<Held, Scrubbed>> shown = new EnumMap<>(Depth.class);
    looks.forEach(look -> shown.put(look.depth(), look.shown(targets, time)));
    index.retain(Set.copyOf(seen.stores().stream().map(one -> one.store().name()).toList()));
    return new Readings(
        usages.next(sizes),
        directories,
        tarSplits.next(listed),
        Map.of(),
        new ScrubResults(shown),
        index);
  }

  private static LayerVerdict verdict(LayerState state, int drawn) {
    return switch (drawn % 5) {
      case 0 -> new LayerVerdict.Corrupt(Map.of());
      case 1 -> new LayerVerdict.Unverifiable("reason");
      case 2 -> new LayerVerdict.Unreadable("path of " + state.layer(), "reason", false);
      case 3 -> new LayerVerdict.Unreadable("path", "forbidden", true);
      default -> new LayerVerdict.Verified(1, 2);
    };
  }

  private static TarSplit tarSplit(TarSplitFile record, int time) {
    return switch (draw(record, time, 3)) {
      case 0 -> new TarSplit.Unknown("too large");
      case 1 -> new TarSplit.Invalid("no record");
      default -> new TarSplit.Valid(4);
    };
  }

  /// Changes for some things from one time to the next.
  private static int draw(Object thing, int time, int bound) {
    int hash = thing.hashCode() * 31 + (thing.hashCode() % 3 == 0 ? time : 0);
    return Math.floorMod((hash * 0x9e3779b9) >>> 7, bound);
  }
}
