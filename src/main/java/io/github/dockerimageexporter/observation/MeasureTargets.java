package io.github.dockerimageexporter.observation;

import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.usage.MeasureTarget;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The directories whose sizes are wanted, followed from scan to scan: those that the scan itself
/// has not found unreadable, and named. One that several stores have is complete once one of them
/// says so. For one thread.
public final class MeasureTargets {
  private final Predicate<StoreDirectory> wanted;
  private Map<String, StoreSnapshot> stores = Map.of();
  private PersistentMap<Path, MeasureTarget> targets = PersistentMap.empty(Keys.PATHS);

  /// All directories.
  public MeasureTargets() {
    this(_ -> true);
  }

  MeasureTargets(Predicate<StoreDirectory> wanted) {
    this.wanted = wanted;
  }

  /// Those of `seen`.
  public PersistentMap<Path, MeasureTarget> of(Observation seen) {
    Map<String, StoreSnapshot> next =
        seen.stores().stream()
            .map(ObservedStore::store)
            .collect(toMap(StoreSnapshot::name, Function.identity()));
    PersistentMap<Path, MeasureTarget>.Editor editor = targets.edit();
    for (Path directory : changed(seen.dataRoot(), next)) {
      target(seen.dataRoot(), next, directory)
          .ifPresentOrElse(target -> editor.put(directory, target), () -> editor.remove(directory));
    }
    stores = next;
    targets = editor.done();
    return targets;
  }

  private Set<Path> changed(Path dataRoot, Map<String, StoreSnapshot> next) {
    Set<Path> changed = new HashSet<>();
    Set<String> names = new HashSet<>(stores.keySet());
    names.addAll(next.keySet());
    for (String name : names) {
      PersistentMap<Path, StoreDirectory> before = directories(stores.get(name));
      directories(next.get(name)).changesSince(before, (directory, _, _) -> changed.add(directory));
    }
    Stream.concat(stores.values().stream(), next.values().stream())
        .flatMap(store -> unreadable(dataRoot, store))
        .forEach(changed::add);
    return changed;
  }

  private static PersistentMap<Path, StoreDirectory> directories(@Nullable StoreSnapshot store) {
    return store == null ? PersistentMap.empty(Keys.PATHS) : store.directories();
  }

  /// What has no path is no directory that a store knows.
  private static Stream<Path> unreadable(Path dataRoot, StoreSnapshot store) {
    return store.unreadable().reasons().keySet().stream()
        .flatMap(
            name -> {
              try {
                return Stream.of(dataRoot.resolve(name));
              } catch (InvalidPathException noPath) {
                return Stream.empty();
              }
            });
  }

  private Optional<MeasureTarget> target(
      Path dataRoot, Map<String, StoreSnapshot> next, Path path) {
    @Nullable MeasureTarget best = null;
    for (StoreSnapshot store : next.values()) {
      @Nullable StoreDirectory directory = store.directories().get(path);
      if (directory != null && wanted.test(directory) && isReadable(dataRoot, store, path)) {
        MeasureTarget target = target(dataRoot, directory);
        best = best == null || target.complete() ? target : best;
      }
    }
    return Optional.ofNullable(best);
  }

  private static boolean isReadable(Path dataRoot, StoreSnapshot store, Path directory) {
    Map<String, String> reasons = store.unreadable().reasons();
    if (reasons.isEmpty()) {
      return true;
    }
    String name = directory.toString();
    String start = dataRoot.resolve("_").toString();
    String prefix = start.substring(0, start.length() - 1);
    return !reasons.containsKey(name.startsWith(prefix) ? name.substring(prefix.length()) : name);
  }

  private static MeasureTarget target(Path dataRoot, StoreDirectory directory) {
    return new MeasureTarget(
        StorePath.of(dataRoot, directory.path(), 1),
        directory.content(),
        directory.inode(),
        directory.owner() == StoreDirectory.Owner.LAYER);
  }
}
