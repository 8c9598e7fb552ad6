package io.github.dockerimageexporter.model;

import java.util.List;

/// A data root and its stores, one for each graph driver that has been used in it.
///
/// @param detail why the state is what it is, for the log
public record DataRootSnapshot(DataRootState state, String detail, List<StoreSnapshot> stores) {
  public DataRootSnapshot {
    stores = List.copyOf(stores);
  }
}
