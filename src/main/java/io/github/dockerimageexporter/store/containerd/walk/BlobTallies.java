package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// How many blobs each owner has, followed from pass to pass: what has changed is taken off as it
/// was, and counted as it is. For one thread.
///
/// A blob counts in the first of the namespaces that are read and have a record of it, and in the
/// very first if none has.
///
/// @param <F> the files of the content store
public final class BlobTallies<F> {
  private final ToLongFunction<F> bytes;
  private final Map<BlobOwner, BlobTally> tallies = new EnumMap<>(BlobOwner.class);
  private Optional<Sources<F>> last = Optional.empty();

  /// @param bytes what a file takes on disk
  public BlobTallies(ToLongFunction<F> bytes) {
    this.bytes = bytes;
  }

  /// What a pass counts them by.
  ///
  /// @param foreign the blobs that other namespaces have a record of
  /// @param namespaces the records of all namespaces that are read
  /// @param rank of the store's own among them
  /// @param counts whether the store answers for the blobs of its namespace
  /// @param all whether it also does for those of no namespace that is read
  public record Sources<F>(
      PersistentMap<Digest, F> files,
      PersistentMap<Digest, BlobRecord> foreign,
      Ownership ownership,
      List<PersistentMap<Digest, BlobRecord>> namespaces,
      int rank,
      boolean counts,
      boolean all) {

    private boolean areCountedAs(Sources<F> earlier) {
      return namespaces.size() == earlier.namespaces.size()
          && rank == earlier.rank
          && counts == earlier.counts
          && all == earlier.all;
    }

    /// Whose a blob is that counts here.
    private Optional<BlobOwner> ownerOf(Digest blob) {
      return counts && files.containsKey(blob) && isHere(blob)
          ? Optional.of(ownership.ownerOf(blob, foreign.containsKey(blob)))
          : Optional.empty();
    }

    private boolean isHere(Digest blob) {
      boolean isOwn = namespaces.get(rank).containsKey(blob);
      return (isOwn || all)
          && namespaces.subList(0, isOwn ? rank : namespaces.size()).stream()
              .noneMatch(records -> records.containsKey(blob));
    }
  }

  /// Those of a pass.
  public Map<BlobOwner, BlobTally> of(Sources<F> now) {
    Optional<Sources<F>> before = last.filter(now::areCountedAs);
    if (before.isEmpty()) {
      for (BlobOwner owner : BlobOwner.values()) {
        tallies.put(owner, BlobTally.NONE);
      }
    }
    for (Digest blob : before.map(it -> reached(it, now)).orElseGet(now.files()::keySet)) {
      before.ifPresent(it -> count(blob, it, -1));
      count(blob, now, 1);
    }
    last = Optional.of(now);
    return new EnumMap<>(tallies);
  }

  private Set<Digest> reached(Sources<F> before, Sources<F> now) {
    Set<Digest> reached = new HashSet<>();
    now.files().changesSince(before.files(), (blob, _, _) -> reached.add(blob));
    now.foreign().changesSince(before.foreign(), (blob, _, _) -> reached.add(blob));
    for (int i = 0; i < now.namespaces().size(); i++) {
      now.namespaces()
          .get(i)
          .changesSince(before.namespaces().get(i), (blob, _, _) -> reached.add(blob));
    }
    now.ownership()
        .changesSince(
            before.ownership(),
            (node, _, _) -> {
              if (node instanceof Node.Blob(Digest blob)) {
                reached.add(blob);
              }
            });
    return reached;
  }

  private void count(Digest blob, Sources<F> sources, int times) {
    @Nullable F file = sources.files().get(blob);
    if (file != null) {
      sources
          .ownerOf(blob)
          .ifPresent(
              owner ->
                  tallies.merge(
                      owner,
                      new BlobTally(times, times * bytes.applyAsLong(file)),
                      BlobTally::plus));
    }
  }
}
