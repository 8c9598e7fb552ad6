package io.github.dockerimageexporter.model;

import java.util.Optional;
import java.util.regex.Pattern;

/// What overlay2 and fuse-overlayfs have written down about one of their directories.
///
/// | file       | content                                                 | absent                |
/// |------------|---------------------------------------------------------|-----------------------|
/// | `link`     | the directory's short name, 26 characters               | never                 |
/// | `l/<link>` | a symbolic link to the directory's content              | never                 |
/// | `lower`    | the short names of what it stands on, the nearest first | it stands on nothing  |
///
/// @param link as written, whatever it is
/// @param target where `l/<link>` points; empty if there is no such symbolic link
/// @param lower as written: `l/<link>`, joined by colons
/// @param below the directory to which the first short name in `lower` leads
/// @param leadsHome whether `link` is a short name and leads to the directory that it stands in
/// Source: moby, `daemon/graphdriver/overlay2/overlay.go`.
public record OverlayRecord(
    Optional<String> link,
    Optional<String> target,
    Optional<String> lower,
    Optional<CacheId> below,
    boolean leadsHome) {
  private static final Pattern LINK = Pattern.compile("[A-Z2-7]{26}");

  /// Whether `text` has the form of a short name.
  public static boolean isLink(String text) {
    return LINK.matcher(text).matches();
  }

  /// Where the short name of the directory `id` leads.
  public static String targetOf(CacheId id) {
    return "../" + id + "/diff";
  }
}
