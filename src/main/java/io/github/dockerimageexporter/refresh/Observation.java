package io.github.dockerimageexporter.refresh;

import io.github.dockerimageexporter.model.DataRootState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// What is known of a data root at one time. Immutable; a scrape shows the latest one.
///
/// @param checkedAt when the look began that it comes from
/// @param stores one for each graph driver, sorted by its label
public record Observation(
    Path dataRoot, DataRootState state, Instant checkedAt, List<StoreObservation> stores) {
  public Observation {
    stores = List.copyOf(stores);
  }
}
