package io.github.dockerimageexporter.snapshot;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A data root and its stores, one for each storage driver that has been used in it.
///
/// @param detail why there is no store to read, in one line; empty if there is one
/// @param notRead why, for each path that could hold a store and is not read, sorted by path
public record DataRootSnapshot(
    DataRootState state, String detail, List<StoreSnapshot> stores, Map<String, String> notRead) {
  public DataRootSnapshot {
    stores = List.copyOf(stores);
    notRead = Collections.unmodifiableMap(new TreeMap<>(notRead));
  }
}
