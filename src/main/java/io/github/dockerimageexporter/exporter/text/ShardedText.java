package io.github.dockerimageexporter.exporter.text;

import io.github.dockerimageexporter.exporter.answer.TextPart;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// The text of some families' series of many objects, of each family in parts: those of the objects
/// whose names begin with the same bits. Parts are kept, and made again only if one of their
/// objects has changed, has come or is gone. For one thread.
///
/// @param <K> what an object is made of
/// @param <F> what the series of an object show, all of it: a text is kept as long as that is equal
public final class ShardedText<K, F> {
  /// Objects in a shard, on average, at which there are twice as many shards, or half as many. Each
  /// part costs a hundred bytes if it is compressed.
  private static final int MOST_IN_SHARD = 64;

  private static final int FEWEST_IN_SHARD = 16;

  private final ToLongFunction<K> rank;
  private List<Shard<F>> shards = empty(1);

  /// @param parts one for each family; none if there are no objects
  private record Shard<F>(List<F> objects, List<TextPart> parts) {}

  /// Makes the parts of some objects, one for each family.
  public interface Renderer<F> extends Function<List<F>, List<TextPart>> {}

  /// @param rank unsigned numbers in the order of the objects, that spread them evenly; always 0
  ///     for objects that change together
  public ShardedText(ToLongFunction<K> rank) {
    this.rank = rank;
  }

  /// Shows these objects from now on. They are made shard by shard, since all of a large store take
  /// megabytes.
  ///
  /// @param keys sorted by rank
  /// @param object what is shown of a key
  public void show(Collection<K> keys, Function<K, F> object, Renderer<F> renderer) {
    int count = shardCount(keys.size());
    if (count != shards.size()) {
      shards = empty(count);
    }
    var some = new ArrayList<F>();
    int shard = 0;
    for (K key : keys) {
      while (shard < shardOf(key)) {
        put(shard++, some, renderer);
      }
      some.add(object.apply(key));
    }
    while (shard < count) {
      put(shard++, some, renderer);
    }
  }

  private void put(int shard, List<F> objects, Renderer<F> renderer) {
    if (!shards.get(shard).objects().equals(objects)) {
      List<F> kept = List.copyOf(objects);
      shards.set(shard, new Shard<>(kept, kept.isEmpty() ? List.of() : renderer.apply(kept)));
    }
    objects.clear();
  }

  private int shardOf(K key) {
    int bits = Integer.numberOfTrailingZeros(shards.size());
    return bits == 0 ? 0 : (int) (rank.applyAsLong(key) >>> (Long.SIZE - bits));
  }

  private static <F> List<Shard<F>> empty(int count) {
    return new ArrayList<>(Collections.nCopies(count, new Shard<>(List.of(), List.of())));
  }

  /// The parts of one family, in the order of the objects.
  ///
  /// @param family its number
  public List<TextPart> partsOf(int family) {
    return shards.stream()
        .filter(shard -> !shard.objects().isEmpty())
        .map(shard -> shard.parts().get(family))
        .toList();
  }

  private int shardCount(int objects) {
    int count = shards.size();
    while (objects > MOST_IN_SHARD * count) {
      count *= 2;
    }
    while (count > 1 && objects < FEWEST_IN_SHARD * count) {
      count /= 2;
    }
    return count;
  }
}
