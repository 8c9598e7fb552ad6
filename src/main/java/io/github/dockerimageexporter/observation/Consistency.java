package io.github.dockerimageexporter.observation;

import org.jspecify.annotations.Nullable;

/// Whether a chain is intact, worst first: told of an image, and of a layer with those below it.
///
/// | verdict        | means                                                                       |
/// |----------------|-----------------------------------------------------------------------------|
/// | `INCONSISTENT` | a problem other than waste touches it, whatever else could not be read      |
/// | `UNKNOWN`      | no such problem was found, and something it stands on could not be read     |
/// | `CONSISTENT`   | everything it stands on was read, and no such problem was found             |
public enum Consistency {
  INCONSISTENT,
  UNKNOWN,
  CONSISTENT;

  /// True, false, or null while it is not known.
  public @Nullable Boolean orNull() {
    return switch (this) {
      case CONSISTENT -> true;
      case INCONSISTENT -> false;
      case UNKNOWN -> null;
    };
  }

  /// What [#orNull] was told by.
  public static Consistency ofNullable(@Nullable Boolean consistent) {
    if (consistent == null) {
      return UNKNOWN;
    }
    return consistent ? CONSISTENT : INCONSISTENT;
  }

  /// The word for a person.
  public String word() {
    return switch (this) {
      case CONSISTENT -> "consistent";
      case INCONSISTENT -> "inconsistent";
      case UNKNOWN -> "unknown";
    };
  }
}
