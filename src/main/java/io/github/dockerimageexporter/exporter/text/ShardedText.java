package io.github.dockerimageexporter.exporter.text;

import io.github.dockerimageexporter.exporter.answer.TextPart;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// The text of some families' series of many objects, of each family in parts: those of the objects
/// whose names begin with the same bits. Parts are kept, and made again only if one of their
/// objects has changed, has come or is gone. For one thread.
///
/// @param <F> what the series of an object show, all of it: a text is kept as long as that is equal
public final class ShardedText<F> {
  /// Objects in a shard, on average, at which there are twice as many shards, or half as many. Each
  /// part costs a hundred bytes if it is compressed.
  private static final int MOST_IN_SHARD = 64;

  private static final int FEWEST_IN_SHARD = 16;

  private final ToLongFunction<F> rank;
  private List<Shard<F>> shards = empty(1);

  /// @param parts one for each family; none if there are no objects
  private record Shard<F>(List<F> objects, List<TextPart> parts) {}

  /// Makes the parts of some objects, one for each family.
  public interface Renderer<F> extends Function<List<F>, List<TextPart>> {}

  /// @param rank unsigned numbers in the order of the objects, that spread them evenly
  public ShardedText(ToLongFunction<F> rank) {
    this.rank = rank;
  }

  /// Shows these objects from now on.
  ///
  /// @param objects sorted by rank
  public void show(List<F> objects, Renderer<F> renderer) {
    int count = shardCount(objects.size());
    if (count != shards.size()) {
      shards = empty(count);
    }
    int start = 0;
    for (int i = 0; i < count; i++) {
      int end = endOf(i, objects, start);
      List<F> some = List.copyOf(objects.subList(start, end));
      if (!shards.get(i).objects().equals(some)) {
        shards.set(i, new Shard<>(some, some.isEmpty() ? List.of() : renderer.apply(some)));
      }
      start = end;
    }
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

  /// Where the objects of a shard end, if they begin at `start`.
  private int endOf(int shard, List<F> objects, int start) {
    int bits = Integer.numberOfTrailingZeros(shards.size());
    int end = start;
    while (end < objects.size()
        && (bits == 0 || rank.applyAsLong(objects.get(end)) >>> (Long.SIZE - bits) == shard)) {
      end++;
    }
    return end;
  }
}
