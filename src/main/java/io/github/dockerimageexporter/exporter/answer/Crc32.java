package io.github.dockerimageexporter.exporter.answer;

/// Arithmetic on CRC-32 checksums.
///
/// A checksum is a remainder of polynomials, so that of two texts in a row follows from theirs: the
/// first one shifted by the length of the second, plus the second. To shift is to multiply by a
/// power of x.
///
/// Polynomials are reflected: the highest bit is the coefficient of the lowest power.
final class Crc32 {
  private static final int REFLECTED_POLYNOMIAL = 0xedb88320;
  private static final int HIGHEST_BIT = 1 << 31;

  /// What shifts by 1, 2, 4, 8, ... bytes.
  private static final int[] SHIFTS = shifts();

  private Crc32() {}

  /// The checksum of a text with checksum `first`, followed by one of `secondLength` bytes with
  /// checksum `second`. Cost: that of a product for each bit that is set in the length.
  static int concatenate(int first, int second, int secondLength) {
    int shifted = first;
    int rest = secondLength;
    for (int i = 0; rest != 0; i++) {
      if ((rest & 1) != 0) {
        shifted = multiply(shifted, SHIFTS[i]);
      }
      rest >>>= 1;
    }
    return shifted ^ second;
  }

  private static int[] shifts() {
    int[] shifts = new int[Integer.SIZE];
    shifts[0] = HIGHEST_BIT >>> Byte.SIZE;
    for (int i = 1; i < shifts.length; i++) {
      shifts[i] = multiply(shifts[i - 1], shifts[i - 1]);
    }
    return shifts;
  }

  private static int multiply(int first, int second) {
    int product = 0;
    int shifted = second;
    for (int rest = first; rest != 0; rest <<= 1) {
      product ^= (rest >> 31) & shifted;
      shifted = (shifted >>> 1) ^ (-(shifted & 1) & REFLECTED_POLYNOMIAL);
    }
    return product;
  }
}
