package io.github.dockerimageexporter.snapshot.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import java.util.Optional;

/// What overlay2 and fuse-overlayfs have written down about one of their directories.
///
/// | file       | content                                                 | absent                |
/// |------------|---------------------------------------------------------|-----------------------|
/// | `link`     | the directory's short name, 26 characters               | never                 |
/// | `l/<link>` | a symbolic link to the directory's content              | never                 |
/// | `lower`    | the short names of what it stands on, the nearest first | it stands on nothing  |
///
/// @param link as written, whatever it is
/// @param lower as written
/// @param below the directory to which the first short name in `lower` leads
/// @param leadsHome whether `link` is a short name and leads to the directory that it stands in
/// @param elsewhere where `l/<link>` points if that is not there; empty if there is no such
///     symbolic link
/// Source: moby, `daemon/graphdriver/overlay2/overlay.go`.
public record OverlayRecord(
    Optional<String> link,
    Optional<Lower> lower,
    Optional<CacheId> below,
    boolean leadsHome,
    Optional<String> elsewhere) {
  public static final int LINK_LENGTH = 26;

  /// What stands before a short name in `lower`.
  public static final String LINKS = "l/";

  /// What a directory's own files say, before it is known where that leads.
  public static OverlayRecord unresolved(Optional<String> link, Optional<String> lower) {
    return new OverlayRecord(link, lower.map(Lower::of), Optional.empty(), false, Optional.empty());
  }

  /// With what is known by now of where its short names lead.
  ///
  /// @param leadsHome whether `link` is a short name and leads to the directory that it stands in
  /// @param elsewhere where `l/<link>` points if that is not there
  /// @param stoodOn the directory that `lower` leads to, as far as it is known
  public OverlayRecord resolved(
      boolean leadsHome,
      Optional<String> elsewhere,
      Optional<CacheId> below,
      Optional<OverlayRecord> stoodOn) {
    return new OverlayRecord(
        link,
        lower.map(names -> stoodOn.map(names::sharedWith).orElse(names)),
        below,
        leadsHome,
        elsewhere);
  }

  /// Whether `text` has the form of a short name: 26 digits of base 32.
  public static boolean isLink(String text) {
    if (text.length() != LINK_LENGTH) {
      return false;
    }
    for (int i = 0; i < LINK_LENGTH; i++) {
      char c = text.charAt(i);
      if ((c < 'A' || c > 'Z') && (c < '2' || c > '7')) {
        return false;
      }
    }
    return true;
  }

  /// Where the short name of the directory `id` leads.
  public static String targetOf(CacheId id) {
    return "../" + id + "/diff";
  }
}
