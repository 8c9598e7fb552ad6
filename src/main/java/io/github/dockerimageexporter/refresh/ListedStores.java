package io.github.dockerimageexporter.refresh;

import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;

/// The stores as the last scan found them that could list what is in them.
///
/// A list that cannot be read for a moment, as a database in a burst of writes, says nothing of
/// what was read and measured beside the scans: that is not forgotten for it.
///
/// | a store                                | is                                         |
/// |----------------------------------------|--------------------------------------------|
/// | whose lists could be read              | as it was found                            |
/// | of which one could not                 | as it was found last, if it ever was       |
/// | that is gone                           | gone, unless it stands where nothing could |
/// |                                        | be read, or a store has an unread list     |
///
/// Used by one thread at a time.
final class ListedStores {
  private Map<String, ObservedStore> last = Map.of();

  /// What was `seen`, with the last known lists in place of those that could not be read.
  Observation of(Observation seen) {
    Map<String, ObservedStore> found =
        seen.stores().stream()
            .collect(
                toMap(
                    ListedStores::name,
                    store ->
                        isListed(store.store()) ? store : last.getOrDefault(name(store), store),
                    (one, _) -> one,
                    LinkedHashMap::new));
    last.forEach(
        (name, store) -> {
          if (mayBeThere(store.store(), seen)) {
            found.putIfAbsent(name, store);
          }
        });
    last = found;
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
