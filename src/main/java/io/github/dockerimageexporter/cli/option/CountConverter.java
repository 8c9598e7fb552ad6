package io.github.dockerimageexporter.cli.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Whole numbers between two bounds.
public abstract class CountConverter implements ITypeConverter<Integer> {
  private final int least;
  private final int most;

  private CountConverter(int least, int most) {
    this.least = least;
    this.most = most;
  }

  /// Threads that work side by side.
  public static final class Threads extends CountConverter {
    Threads() {
      super(1, 64);
    }
  }

  /// The most there may be of something, nothing included.
  static final class Limit extends CountConverter {
    Limit() {
      super(0, Integer.MAX_VALUE);
    }
  }

  @Override
  public Integer convert(String text) {
    try {
      int count = Integer.parseInt(text);
      if (count >= least && count <= most) {
        return count;
      }
    } catch (NumberFormatException malformed) {
      // Told below, as what is out of bounds.
    }
    throw new TypeConversionException(
        "must be a number from %d to %d, got \"%s\"".formatted(least, most, text));
  }
}
