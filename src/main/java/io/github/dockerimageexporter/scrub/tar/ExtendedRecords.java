package io.github.dockerimageexporter.scrub.tar;

import java.util.Map;

/// The records of an extended header, which come in pieces: each is its own length in digits, a
/// blank, a key, `=`, a value and a line feed.
///
/// Only one record is kept at a time, and of that no more than what matters can have: an extended
/// header may be as long as a megabyte, and a tar may have as many in a row as somebody likes.
///
/// Source: POSIX, `pax`; Go, `archive/tar/strconv.go` (parsePAXRecord).
final class ExtendedRecords {
  private static final int LONGEST_KEY = 512;
  private static final int LINE_FEED = 1;

  private final byte[] record = new byte[LONGEST_KEY + TarPath.MAX_LENGTH + LINE_FEED];
  private boolean hasLength;
  private int length;
  private int digits;
  private int filled;
  private int left;
  private byte last;

  /// Begins with those of another header.
  void begin() {
    hasLength = false;
    length = 0;
    digits = 0;
  }

  /// Reads the next bytes.
  ///
  /// @param target takes the values of the keys that matter; no value stands for none
  void accept(byte[] bytes, int offset, int count, Map<String, String> target)
      throws MalformedTarException {
    int position = offset;
    int end = offset + count;
    while (position < end) {
      if (hasLength) {
        int taken = Math.min(left, end - position);
        keep(bytes, position, taken);
        position += taken;
        if (left == 0) {
          endRecord(target);
        }
      } else {
        readLength(bytes[position++]);
      }
    }
  }

  /// Ends the header, which no record may go beyond.
  void end() throws MalformedTarException {
    if (hasLength || digits > 0) {
      throw malformed();
    }
  }

  private void readLength(byte character) throws MalformedTarException {
    if (character >= '0' && character <= '9' && length < TarParser.MAX_EXTENDED) {
      length = length * 10 + character - '0';
      digits++;
      return;
    }
    left = length - digits - 1;
    if (digits == 0 || left <= 0) {
      throw malformed();
    }
    hasLength = true;
    filled = 0;
  }

  private void keep(byte[] bytes, int offset, int count) {
    int kept = Math.min(count, record.length - filled);
    System.arraycopy(bytes, offset, record, filled, kept);
    filled += kept;
    left -= count;
    last = bytes[offset + count - 1];
  }

  private void endRecord(Map<String, String> target) throws MalformedTarException {
    int equal = 0;
    while (equal < filled && record[equal] != '=') {
      equal++;
    }
    int valueLength = length - digits - 1 - equal - 1 - LINE_FEED;
    if (equal == filled || valueLength < 0 || last != '\n') {
      throw malformed();
    }
    String key = TarHeader.key(TarPath.of(record, 0, equal));
    if (!key.isEmpty() && valueLength > 0) {
      TarPath.requireLength(valueLength);
      target.put(key, TarPath.of(record, equal + 1, valueLength));
    }
    begin();
  }

  private static MalformedTarException malformed() {
    return new MalformedTarException("malformed extended header");
  }
}
