package io.github.dockerimageexporter.page.words;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Byte counts as Docker prints them: in decimal units, four digits at most.
public final class Bytes {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
  private static final int STEP = 1000;
  private static final MathContext FOUR_DIGITS = new MathContext(4, RoundingMode.HALF_UP);

  private Bytes() {}

  public static String format(long bytes) {
    if (bytes < STEP) {
      return bytes + UNITS[0];
    }
    var value = BigDecimal.valueOf(bytes);
    int unit = 0;
    while (value.compareTo(BigDecimal.valueOf(STEP)) >= 0 && unit < UNITS.length - 1) {
      value = value.movePointLeft(3);
      unit++;
    }
    return value.round(FOUR_DIGITS).stripTrailingZeros().toPlainString() + UNITS[unit];
  }
}
