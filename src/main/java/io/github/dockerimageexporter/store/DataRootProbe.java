package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.posix.ExhaustedException;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// What a data root is found to be without a scan of its stores.
///
/// @param detail why there is no store to read, in one line; empty if there is one
/// @param drivers the stores' labels, sorted
public record DataRootProbe(DataRootState state, String detail, List<String> drivers) {

  public static DataRootProbe at(Path dataRoot, ContainerdSettings containerd) {
    try (RootDirectory root = DataRoot.open(dataRoot, containerd)) {
      var found = DataRoot.find(root, containerd);
      if (found.stores().isEmpty() && containerd.root().isPresent()) {
        RootDirectory.open(containerd.root().get()).close();
      }
      return of(dataRoot, found);
    } catch (IOException failure) {
      return of(dataRoot, containerd, failure);
    } catch (ExhaustedException ours) {
      return without(DataRootState.UNREADABLE, String.valueOf(ours.getMessage()));
    }
  }

  /// A data root that could be listed.
  static DataRootProbe of(Path dataRoot, DataRoot.Found found) {
    List<String> drivers = found.stores().stream().map(GraphDriverLayout::driver).toList();
    String detail = drivers.isEmpty() ? new RootDiagnosis().of(dataRoot, found.state()) : "";
    return new DataRootProbe(found.state(), detail, drivers);
  }

  /// A data root that cannot be opened or listed; or, where that is given, containerd's root.
  static DataRootProbe of(Path dataRoot, ContainerdSettings containerd, IOException failure) {
    var diagnosis = new RootDiagnosis();
    return switch (failure) {
      case NoSuchFileException _ when containerd.root().isPresent() ->
          without(
              Files.isDirectory(dataRoot) ? DataRootState.CONTAINERD : DataRootState.MISSING,
              RootDiagnosis.ofMissingContainerd(containerd.root().get()));
      case NoSuchFileException _ -> without(DataRootState.MISSING, diagnosis.ofMissing(dataRoot));
      case AccessDeniedException denied ->
          without(DataRootState.UNREADABLE, diagnosis.ofDenied(dataRoot, denied.getFile()));
      default -> without(DataRootState.UNREADABLE, String.valueOf(failure.getMessage()));
    };
  }

  private static DataRootProbe without(DataRootState state, String detail) {
    return new DataRootProbe(state, detail, List.of());
  }
}
