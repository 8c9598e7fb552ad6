package io.github.dockerimageexporter.refresh;

import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// The stores as the last scan found them that could list what is in them.
///
/// A list that cannot be read for a moment, as a database in a burst of writes, says nothing of
/// what was read and measured beside the scans: that is not forgotten for it.
///
/// | a store                                | is                                         |
/// |----------------------------------------|--------------------------------------------|
/// | whose lists could be read              | as it was found                            |
/// | of which one could not                 | as it was listed last, for ten minutes     |
/// | that is gone                           | gone, unless it stands where nothing could |
/// |                                        | be read, or a store has an unread list:    |
/// |                                        | then as it was listed last, for as long    |
///
/// Used by one thread at a time.
final class ListedStores {
  /// What lasts longer is no moment: the lists that can be read are to go on.
  private static final long PATIENCE_NANOS = Duration.ofMinutes(10).toNanos();

  private final LongSupplier nanoTime;
  private Map<String, Listed> last = Map.of();

  /// A store, and when it was listed.
  private record Listed(ObservedStore store, long at) {}

  /// @param nanoTime as [System#nanoTime]
  ListedStores(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// What a scan has `seen`, with the last known lists in place of those that could not be read.
  Observation of(Observation seen) {
    long now = nanoTime.getAsLong();
    var listed = new LinkedHashMap<String, Listed>();
    var found = new LinkedHashMap<String, ObservedStore>();
    for (ObservedStore store : seen.stores()) {
      found.put(name(store), store);
      if (isListed(store.store())) {
        listed.put(name(store), new Listed(store, now));
      }
    }
    last.forEach(
        (name, before) -> {
          boolean isUnread = found.containsKey(name) || mayBeThere(before.store().store(), seen);
          if (!listed.containsKey(name) && isUnread && now - before.at() < PATIENCE_NANOS) {
            listed.put(name, before);
            found.put(name, before.store());
          }
        });
    last = listed;
    return new Observation(
        seen.dataRoot(),
        seen.state(),
        seen.detail(),
        seen.checkedAt(),
        found.values().stream().toList(),
        seen.notRead());
  }

  private static String name(ObservedStore store) {
    return store.store().name();
  }

  private static boolean isListed(StoreSnapshot store) {
    return store.knows(StorePart.IMAGES)
        && store.knows(StorePart.LAYERS)
        && store.seesDirectories();
  }

  /// Whether a store that was not found may only not have been seen.
  private static boolean mayBeThere(StoreSnapshot store, Observation seen) {
    String place = store.paths().directories() + "/";
    return seen.state() == DataRootState.UNREADABLE
        || seen.stores().stream().anyMatch(other -> !isListed(other.store()))
        || seen.notRead().keySet().stream().anyMatch(path -> place.startsWith(path + "/"));
  }
}
