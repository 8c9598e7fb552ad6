package io.github.dockerimageexporter.content.background;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Keeps what is known of things that a scan did not find because it could not see everything.
///
/// | what was not found              | is                                                   |
/// |---------------------------------|------------------------------------------------------|
/// | by a scan that saw everything   | gone                                                 |
/// | by others                       | as it was for ten minutes, unless something else was |
/// |                                 | found in its place                                   |
///
/// Used by one thread at a time.
///
/// @param <K> a thing, in the state in which it was found
public final class Hidden<K> {
  /// What lasts longer is no moment, and what is gone is not to be kept for ever.
  private static final long PATIENCE_NANOS = Duration.ofMinutes(10).toNanos();

  private final Function<K, ?> place;
  private final LongSupplier nanoTime;

  /// Since when each has been hidden.
  private Map<K, Long> since = Map.of();

  /// @param place what all states of one thing have in common
  public Hidden(Function<K, ?> place) {
    this(place, System::nanoTime);
  }

  Hidden(Function<K, ?> place, LongSupplier nanoTime) {
    this.place = place;
    this.nanoTime = nanoTime;
  }

  /// What was `found`, and what may be there besides.
  ///
  /// @param isWhole whether everything was seen
  /// @param known what something is known of
  public Collection<K> and(
      Collection<K> found, boolean isWhole, Supplier<? extends Collection<K>> known) {
    Collection<K> hidden = besides(found, isWhole, known);
    if (hidden.isEmpty()) {
      return found;
    }
    var all = new ArrayList<>(found);
    all.addAll(hidden);
    return all;
  }

  /// What may be there besides what was `found`.
  ///
  /// @param isWhole whether everything was seen
  /// @param known what something is known of
  public Collection<K> besides(
      Collection<K> found, boolean isWhole, Supplier<? extends Collection<K>> known) {
    if (isWhole) {
      since = Map.of();
      return List.of();
    }
    long now = nanoTime.getAsLong();
    Set<Object> places = found.stream().map(place).collect(toSet());
    var hidden = new LinkedHashMap<K, Long>();
    for (K thing : known.get()) {
      if (!places.contains(place.apply(thing))) {
        hidden.put(thing, since.getOrDefault(thing, now));
      }
    }
    since = hidden;
    var stillHidden = new ArrayList<K>();
    hidden.forEach(
        (thing, at) -> {
          if (now - at < PATIENCE_NANOS) {
            stillHidden.add(thing);
          }
        });
    return stillHidden;
  }
}
