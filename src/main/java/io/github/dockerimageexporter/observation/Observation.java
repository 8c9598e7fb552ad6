package io.github.dockerimageexporter.observation;

import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.Unreadable;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import io.github.dockerimageexporter.usage.MeasureTarget;
import io.github.dockerimageexporter.usage.UsageCache;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// What is known of a data root at one time. Immutable; a scrape shows the latest one.
///
/// @param detail why the state is what it is; empty if there is nothing to say
/// @param checkedAt when the scan began that it comes from
/// @param stores one for each storage driver, sorted by its label
/// @param notRead why, for each path that could hold a store and is not read, sorted by path
public record Observation(
    Path dataRoot,
    DataRootState state,
    String detail,
    Instant checkedAt,
    List<ObservedStore> stores,
    Map<String, String> notRead) {
  public Observation {
    stores = List.copyOf(stores);
  }

  /// The same scan with the sizes that are known by now.
  public Observation withUsages(PersistentMap<Path, DirectoryUsage> usages) {
    return with(store -> store.withUsages(usages));
  }

  /// The same scan with more that is known of each store.
  public Observation with(UnaryOperator<ObservedStore> more) {
    return new Observation(
        dataRoot, state, detail, checkedAt, stores.stream().map(more).toList(), notRead);
  }

  /// The same, with the very stores of `before` that say the same, and with its very list if all
  /// do: whoever has shown those need not look at them again.
  public Observation sharing(Observation before) {
    List<ObservedStore> shared =
        stores.stream()
            .map(one -> before.stores.stream().filter(one::saysTheSameAs).findFirst().orElse(one))
            .toList();
    return new Observation(
        dataRoot,
        state,
        detail,
        checkedAt,
        areTheSame(shared, before.stores) ? before.stores : shared,
        notRead);
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean areTheSame(List<ObservedStore> some, List<ObservedStore> others) {
    return some.size() == others.size()
        && IntStream.range(0, some.size()).allMatch(i -> some.get(i) == others.get(i));
  }

  /// Whether the scan saw all there is, so that what it did not find is not there.
  public boolean isWhole() {
    return !stores.isEmpty()
        && notRead.isEmpty()
        && stores.stream().allMatch(one -> one.store().unreadable().equals(Unreadable.NOTHING));
  }

  /// The same scan with the sizes of `wanted` directories measured, however long that takes.
  public Observation measured(int threads, Predicate<StoreDirectory> wanted, ScanProgress progress)
      throws InterruptedException {
    try (var usages = new UsageCache(threads, UsageCache.NEVER_AGAIN, () -> {})) {
      PersistentMap<Path, MeasureTarget> targets = new MeasureTargets(wanted).of(this);
      usages.track(targets);
      progress.measuring(targets.size(), usages::pending, usages::measured);
      usages.awaitIdle();
      return withUsages(usages.measured());
    }
  }
}
