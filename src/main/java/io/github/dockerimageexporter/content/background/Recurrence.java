package io.github.dockerimageexporter.content.background;

/// Says when what is known is to be read again.
@FunctionalInterface
public interface Recurrence<K, V> {
  /// What never is, unless it changes.
  long NEVER = Long.MAX_VALUE;

  /// Nanoseconds until then, from the reading of `value` on; [#NEVER] if nothing calls for it.
  long pauseNanos(K key, V value);
}
