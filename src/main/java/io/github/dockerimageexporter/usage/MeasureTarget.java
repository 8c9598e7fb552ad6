package io.github.dockerimageexporter.usage;

import io.github.dockerimageexporter.model.StorePath;
import java.nio.file.Path;
import java.util.Optional;

/// A directory to measure.
///
/// | component   | meaning                                                        |
/// |-------------|----------------------------------------------------------------|
/// | `place`     | where it is                                                    |
/// | `content`   | the name in it that holds the content; if empty, all of it     |
/// | `complete`  | whether nobody writes to it any more: once so, it is measured afresh |
/// | `inode`     | which directory it is: another inode there is measured afresh  |
public record MeasureTarget(
    StorePath place, Optional<String> content, long inode, boolean complete) {

  public Path directory() {
    return place.path();
  }

  /// Whether what was measured of this is what would be measured of `other`: a directory stays
  /// complete when a scan no longer says so.
  boolean covers(MeasureTarget other) {
    return equals(other)
        || (complete && equals(new MeasureTarget(other.place, other.content, other.inode, true)));
  }
}
