package io.github.dockerimageexporter.model;

/// The graph driver's name for a directory: a layer's `cache-id`, or a mount's `mount-id` or
/// `init-id`.
///
/// | written by                                    | form                              |
/// |-----------------------------------------------|-----------------------------------|
/// | pull, load, import, commit, classic builder   | 64 hexadecimal digits             |
/// | BuildKit                                      | 25 lower-case letters and digits  |
/// | container creation                            | 64 hexadecimal digits and `-init` |
///
/// Docker takes any text here, so this type asks only for what keeps a reader inside the driver's
/// directory: a single, printable path component.
///
/// Source: moby, `daemon/internal/layer/filestore.go`, `daemon/internal/stringid`.
public record CacheId(String value) implements Comparable<CacheId> {
  private static final int MAX_LENGTH = 255;

  public CacheId {
    if (!isSafe(value)) {
      throw new IllegalArgumentException(
          "expected a driver's directory name, found \"" + quotable(value) + "\"");
    }
  }

  private static boolean isSafe(String value) {
    return !value.isEmpty()
        && value.length() <= MAX_LENGTH
        && !value.equals(".")
        && !value.equals("..")
        && value.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/');
  }

  private static String quotable(String value) {
    return value.length() <= 100 ? value : value.substring(0, 100) + "…";
  }

  @Override
  public int compareTo(CacheId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
