package io.github.dockerimageexporter.observation;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How many layers of a store are verified, and why others are not.
///
/// @param verified how many are as their records list them
/// @param entries how many files and directories those have
/// @param bytes how many of content were read of them
/// @param corrupt how many are not
/// @param unverifiable by reason, those of which it cannot be told
/// @param pending those that were not scrubbed, or could not be read
public record ScrubTally(
    long verified,
    long entries,
    long bytes,
    long corrupt,
    Map<String, List<ChainId>> unverifiable,
    long pending) {

  public static ScrubTally of(StoreSnapshot store, LayerEvidence evidence) {
    long verified = 0;
    long entries = 0;
    long bytes = 0;
    long corrupt = 0;
    long pending = 0;
    var unverifiable = new TreeMap<String, List<ChainId>>();
    for (ChainId layer : store.layers().keySet()) {
      switch (evidence.verdict(layer).orElse(null)) {
        case LayerVerdict.Verified(long listed, long read) -> {
          verified++;
          entries += listed;
          bytes += read;
        }
        case LayerVerdict.Corrupt _ -> corrupt++;
        case LayerVerdict.Unverifiable(String reason) ->
            unverifiable.computeIfAbsent(reason, _ -> new ArrayList<>()).add(layer);
        case LayerVerdict.Unreadable _ -> pending++;
        case null -> pending++;
      }
    }
    return new ScrubTally(verified, entries, bytes, corrupt, unverifiable, pending);
  }

  public long unverifiableCount() {
    return unverifiable.values().stream().mapToLong(List::size).sum();
  }
}
