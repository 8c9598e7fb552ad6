package io.github.dockerimageexporter.model;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
  private static final Pattern DRIVER_ID = Pattern.compile("[0-9a-f]{64}(-init)?");
  private static final Pattern BUILDKIT_ID = Pattern.compile("[0-9a-z]{25}");

  public CacheId {
    if (!isSafe(value)) {
      throw new IllegalArgumentException(
          "expected a driver's directory name, found \"" + Quote.of(value) + "\"");
    }
  }

  /// Whether `name` is of a form that Docker itself gives to a directory, BuildKit included.
  public static boolean isGenerated(String name) {
    return DRIVER_ID.matcher(name).matches() || isBuildKit(name);
  }

  /// Whether `name` is of the form that BuildKit gives to a directory.
  public static boolean isBuildKit(String name) {
    return BUILDKIT_ID.matcher(name).matches();
  }

  /// The driver's name for a directory, if `name` can be one.
  public static Optional<CacheId> find(String name) {
    return isSafe(name) ? Optional.of(new CacheId(name)) : Optional.empty();
  }

  private static boolean isSafe(String value) {
    return !value.isEmpty()
        && value.length() <= MAX_LENGTH
        && !value.equals(".")
        && !value.equals("..")
        && isPrintable(value);
  }

  private static boolean isPrintable(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '/') {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(CacheId other) {
    return value.compareTo(other.value);
  }

  // Written out, as a key of maps: what records generate is several times slower without C2.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CacheId that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
