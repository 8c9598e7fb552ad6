package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.model.StoreSnapshot;
import java.util.stream.Stream;

/// The graph driver's directories, held against the layers that name them.
final class DirectoryChecks {
  private DirectoryChecks() {}

  /// Layers whose content is gone. Content that this process may not see is not.
  static Stream<Problem> layerDirectories(StoreSnapshot store) {
    return store.layerDirectories().entrySet().stream()
        .filter(
            entry ->
                entry.getValue().content() == Content.ABSENT
                    || entry.getValue().content() == Content.FOREIGN)
        .map(
            entry ->
                new Problem.LayerDirectoryMissing(
                    entry.getKey(),
                    entry.getValue().contentPath(),
                    entry.getValue().content() == Content.FOREIGN));
  }
}
