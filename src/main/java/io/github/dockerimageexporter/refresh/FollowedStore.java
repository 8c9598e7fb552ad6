package io.github.dockerimageexporter.refresh;

import io.github.dockerimageexporter.content.layer.UnreadableContent;
import io.github.dockerimageexporter.persistent.Derivations;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import java.time.Duration;

/// What is kept of a store from scan to scan.
///
/// @param graphs derives its graph
/// @param derivations what its checks follow
/// @param unreadable what could not be read of its content
record FollowedStore(
    SecondScan scan,
    LayerGraph.Follower graphs,
    Derivations derivations,
    UnreadableContent unreadable) {

  /// One that was not scanned yet.
  static FollowedStore begin(Duration settle) {
    return new FollowedStore(
        new SecondScan(settle),
        new LayerGraph.Follower(),
        new Derivations(),
        new UnreadableContent());
  }
}
