package io.github.dockerimageexporter.store.file;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/// Remembers from pass to pass what had an owner. A thing that has lost it may be on its way out,
/// however old it is.
public final class Abandonment<K> {
  private Predicate<K> owned = _ -> false;
  private Map<K, Instant> since = Map.of();

  /// Since when things have no owner; those that no pass has seen with one are left out.
  ///
  /// @param nowOwned what has an owner in this pass; kept
  /// @param unowned what has none
  public Map<K, Instant> note(Predicate<K> nowOwned, Collection<K> unowned, Instant now) {
    var lost = new HashMap<K, Instant>();
    for (K thing : unowned) {
      if (since.containsKey(thing) || owned.test(thing)) {
        lost.put(thing, since.getOrDefault(thing, now));
      }
    }
    owned = nowOwned;
    since = Map.copyOf(lost);
    return since;
  }
}
