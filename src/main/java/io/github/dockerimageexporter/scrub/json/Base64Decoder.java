package io.github.dockerimageexporter.scrub.json;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Decodes a base64 text up to its quote, and hands it on in pieces.
///
/// Source: RFC 4648, section 4.
final class Base64Decoder {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final int[] VALUES = values();

  private static final int GROUP = 4;
  private static final int GROUP_BYTES = 3;
  private static final int PIECE = GROUP_BYTES * 1024;

  private static final byte[] ZEROS = new byte[PIECE];
  private static final byte[] ZERO_DIGITS =
      "A".repeat(PIECE / GROUP_BYTES * GROUP).getBytes(StandardCharsets.US_ASCII);

  private final ByteSource source;
  private final byte[] piece = new byte[PIECE];
  private int filled;

  Base64Decoder(ByteSource source) {
    this.source = source;
  }

  private static int[] values() {
    var values = new int[256];
    Arrays.fill(values, -1);
    for (int i = 0; i < ALPHABET.length(); i++) {
      values[ALPHABET.charAt(i)] = i;
    }
    return values;
  }

  /// Decodes what follows the first quote, and goes past the last one.
  void decode(JsonReader.Sink sink) throws IOException {
    filled = 0;
    do {
      decodeGroups();
      if (filled == PIECE) {
        sink.accept(piece, 0, filled);
        filled = 0;
      }
    } while (source.require(GROUP) && isGroup());
    decodeLast();
    if (filled > 0) {
      sink.accept(piece, 0, filled);
    }
  }

  /// Decodes the groups that are in the buffer, as many as there is room for.
  private void decodeGroups() {
    byte[] bytes = source.bytes;
    int position = source.position;
    int end = source.limit - GROUP;
    int count = filled;
    while (position <= end && count < PIECE) {
      int group = group(bytes, position);
      if (group < 0) {
        break;
      }
      if (group == 0) {
        int groups = Math.min(zeroGroups(bytes, position), (PIECE - count) / GROUP_BYTES);
        System.arraycopy(ZEROS, 0, piece, count, groups * GROUP_BYTES);
        count += groups * GROUP_BYTES;
        position += groups * GROUP;
      } else {
        piece[count] = (byte) (group >> 16);
        piece[count + 1] = (byte) (group >> 8);
        piece[count + 2] = (byte) group;
        count += GROUP_BYTES;
        position += GROUP;
      }
    }
    source.position = position;
    filled = count;
  }

  /// How many groups of zeros follow in the buffer: most of a tar's header, which the processor
  /// compares many at a time.
  private int zeroGroups(byte[] bytes, int position) {
    int most = Math.min(source.limit - position, ZERO_DIGITS.length);
    int other = Arrays.mismatch(bytes, position, position + most, ZERO_DIGITS, 0, most);
    return (other < 0 ? most : other) / GROUP;
  }

  /// Whether four digits are next.
  private boolean isGroup() {
    return group(source.bytes, source.position) >= 0;
  }

  /// The 24 bits of four digits; negative if one of them is none.
  private static int group(byte[] bytes, int position) {
    return VALUES[bytes[position] & 0xff] << 18
        | VALUES[bytes[position + 1] & 0xff] << 12
        | VALUES[bytes[position + 2] & 0xff] << 6
        | VALUES[bytes[position + 3] & 0xff];
  }

  /// Decodes a group that is filled up by `=`, if there is one, and the quote.
  private void decodeLast() throws IOException {
    byte next = source.next();
    if (next != '"') {
      int high = digit(next);
      int low = digit(source.next());
      piece[filled++] = (byte) (high << 2 | low >> 4);
      next = source.next();
      if (next != '=') {
        piece[filled++] = (byte) (low << 4 | digit(next) >> 2);
        next = source.next();
      } else if (source.next() != '=') {
        throw malformed();
      }
      if (next != '=' || source.next() != '"') {
        throw malformed();
      }
    }
  }

  private static int digit(byte character) throws MalformedJsonException {
    int value = VALUES[character & 0xff];
    if (value < 0) {
      throw malformed();
    }
    return value;
  }

  private static MalformedJsonException malformed() {
    return new MalformedJsonException("malformed base64");
  }
}
