package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.OverlayRecord;
import io.github.dockerimageexporter.posix.Directory;
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
final class LowerStore {
  private static final String LINKS = "l/";
  private static final String SEPARATOR = ":";

  private LowerStore() {}

  /// Those of `unowned` that a directory stands on which is not among them. What only such
  /// directories stand on is no more in use than they are.
  ///
  /// @param all the names of all directories in `home`
  /// @param known what has been read of some of them
  static Set<String> stoodOn(
      Directory home, Set<String> unowned, Set<String> all, Map<CacheId, OverlayRecord> known)
      throws IOException {
    Map<String, String> byShortName = byShortName(home, unowned);
    if (byShortName.isEmpty()) {
      return Set.of();
    }
    var stoodOn = new HashSet<String>();
    for (String lower : lowersOfOthers(home, unowned, all, known)) {
      for (String shortName : lower.split(SEPARATOR, -1)) {
        Optional.ofNullable(byShortName.get(shortName)).ifPresent(stoodOn::add);
      }
    }
    return stoodOn;
  }

  private static Map<String, String> byShortName(Directory home, Set<String> directories)
      throws IOException {
    var byShortName = new HashMap<String, String>();
    for (String directory : directories) {
      text(home, directory + "/link").ifPresent(link -> byShortName.put(LINKS + link, directory));
    }
    return byShortName;
  }

  private static List<String> lowersOfOthers(
      Directory home, Set<String> unowned, Set<String> all, Map<CacheId, OverlayRecord> known)
      throws IOException {
    var lowers = new ArrayList<String>();
    var others = new HashSet<String>(all);
    others.removeAll(unowned);
    for (Map.Entry<CacheId, OverlayRecord> entry : known.entrySet()) {
      if (others.remove(entry.getKey().value())) {
        entry.getValue().lower().ifPresent(lowers::add);
      }
    }
    for (String other : others) {
      text(home, other + "/lower").ifPresent(lowers::add);
    }
    return lowers;
  }

  private static Optional<String> text(Directory home, String file) throws IOException {
    try {
      return StoreFile.of(home, file).find(text -> text);
    } catch (MalformedFileException none) {
      return Optional.empty();
    }
  }
}
