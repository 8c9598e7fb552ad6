package io.github.dockerimageexporter.store.json;

import org.jspecify.annotations.Nullable;

/// The escapes of a JSON document for the halves of surrogate pairs, which Jackson refuses in a
/// name if they stand alone.
///
/// Source: Go, `encoding/json`, decode.go (unquoteBytes).
final class LoneSurrogates {
  /// `\\u` and four hexadecimal digits.
  private static final int LENGTH = 6;

  private static final byte[] REPLACEMENT = {'\\', 'u', 'F', 'F', 'F', 'D'};
  private static final int NONE = -1;

  private LoneSurrogates() {}

  /// The document with the escape of U+FFFD for each half that stands alone; `content` itself if
  /// there is none.
  static byte[] replace(byte[] content) {
    byte @Nullable [] replaced = null;
    for (int i = 0; i < content.length; i++) {
      if (content[i] == '\\') {
        int unit = unit(content, i);
        boolean pair = isHigh(unit) && isLow(unit(content, i + LENGTH));
        if (!pair && (isHigh(unit) || isLow(unit))) {
          replaced = replaced == null ? content.clone() : replaced;
          System.arraycopy(REPLACEMENT, 0, replaced, i, LENGTH);
        }
        i += pair ? 2 * LENGTH - 1 : unit == NONE ? 1 : LENGTH - 1;
      }
    }
    return replaced == null ? content : replaced;
  }

  /// The UTF-16 unit whose escape begins at `begin`, or [#NONE].
  private static int unit(byte[] content, int begin) {
    if (begin + LENGTH > content.length || content[begin] != '\\' || content[begin + 1] != 'u') {
      return NONE;
    }
    int unit = 0;
    for (int i = begin + 2; i < begin + LENGTH; i++) {
      int digit = Character.digit(content[i], 16);
      if (digit < 0) {
        return NONE;
      }
      unit = 16 * unit + digit;
    }
    return unit;
  }

  private static boolean isHigh(int unit) {
    return unit >= Character.MIN_HIGH_SURROGATE && unit <= Character.MAX_HIGH_SURROGATE;
  }

  private static boolean isLow(int unit) {
    return unit >= Character.MIN_LOW_SURROGATE && unit <= Character.MAX_LOW_SURROGATE;
  }
}
