package io.github.dockerimageexporter.store.graphdriver.overlay;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.snapshot.graphdriver.Lower;
import io.github.dockerimageexporter.snapshot.graphdriver.OverlayRecord;
import io.github.dockerimageexporter.store.file.MalformedFileException;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StoreFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the directories of overlay2 and its kin that others stand on, whoever names them: `lower`
/// of the one lists `l/` and the content of `link` of the other.
///
/// Source: moby, `daemon/graphdriver/overlay2/overlay.go`.
public final class LowerStore {
  private static final String SEPARATOR = ":";

  private final Directory home;
  private final String path;
  private final ReadFailures failures;

  /// @param path that of `home`, relative to the data root
  public LowerStore(Directory home, String path, ReadFailures failures) {
    this.home = home;
    this.path = path;
    this.failures = failures;
  }

  /// Those of `unowned` that a directory stands on which is not among them. What only such
  /// directories stand on is no more in use than they are. What cannot be read may stand on any.
  ///
  /// @param all the names of all directories in `home`
  /// @param known what has been read of some of them
  public Set<String> stoodOn(
      Set<String> unowned, Set<String> all, Map<CacheId, OverlayRecord> known) {
    var stoodOn = new HashSet<String>();
    var byShortName = new HashMap<String, String>();
    for (String directory : unowned) {
      try {
        text(directory + "/link")
            .ifPresent(link -> byShortName.put(OverlayRecord.LINKS + link, directory));
      } catch (IOException unreadable) {
        failures.path(path + "/" + directory + "/link", unreadable);
        stoodOn.add(directory);
      }
    }
    if (byShortName.isEmpty()) {
      return stoodOn;
    }
    Optional<List<String>> lowers = lowersOfOthers(unowned, all, known);
    if (lowers.isEmpty()) {
      return unowned;
    }
    for (String lower : lowers.get()) {
      for (String shortName : lower.split(SEPARATOR, -1)) {
        Optional.ofNullable(byShortName.get(shortName)).ifPresent(stoodOn::add);
      }
    }
    return stoodOn;
  }

  /// Empty if one of them cannot be read.
  private Optional<List<String>> lowersOfOthers(
      Set<String> unowned, Set<String> all, Map<CacheId, OverlayRecord> known) {
    var lowers = new ArrayList<String>();
    var others = new HashSet<String>(all);
    others.removeAll(unowned);
    for (Map.Entry<CacheId, OverlayRecord> entry : known.entrySet()) {
      if (others.remove(entry.getKey().value())) {
        entry.getValue().lower().map(Lower::text).ifPresent(lowers::add);
      }
    }
    boolean complete = true;
    for (String other : others) {
      try {
        text(other + "/lower").ifPresent(lowers::add);
      } catch (IOException unreadable) {
        failures.path(path + "/" + other + "/lower", unreadable);
        complete = false;
      }
    }
    return complete ? Optional.of(lowers) : Optional.empty();
  }

  private Optional<String> text(String file) throws IOException {
    try {
      return StoreFile.of(home, file).find(text -> text);
    } catch (MalformedFileException none) {
      return Optional.empty();
    }
  }
}
