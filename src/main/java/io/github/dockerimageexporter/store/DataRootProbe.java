package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.model.DataRootState;
import io.github.dockerimageexporter.model.StoreLayout;
import io.github.dockerimageexporter.posix.Directory;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// What a data root is seen to be without a look into its stores.
///
/// @param drivers the stores' labels, sorted
public record DataRootProbe(DataRootState state, List<String> drivers) {

  public static DataRootProbe at(Path dataRoot) {
    try (Directory root = Directory.open(dataRoot)) {
      DataRoot.Found found = DataRoot.find(root);
      return new DataRootProbe(
          found.state(), found.stores().stream().map(StoreLayout::driver).toList());
    } catch (NoSuchFileException absent) {
      return new DataRootProbe(DataRootState.MISSING, List.of());
    } catch (IOException unreadable) {
      return new DataRootProbe(DataRootState.UNREADABLE, List.of());
    }
  }
}
