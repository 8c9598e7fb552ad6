package io.github.dockerimageexporter.scrub.json;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A text as UTF-8, its escapes replaced; or the bytes that one of base64 stands for. The longest
/// that matters is a path.
final class JsonText implements JsonReader.Sink {
  private static final int MAX = 4096;
  private static final int HEX_DIGITS = 4;
  private static final int REPLACEMENT = 0xfffd;

  private final ByteSource source;
  private final byte[] kept = new byte[MAX];
  private int length;

  JsonText(ByteSource source) {
    this.source = source;
  }

  /// Valid until another text is read, up to [#length].
  byte[] bytes() {
    return kept;
  }

  int length() {
    return length;
  }

  boolean is(byte[] other) {
    return length == other.length && Arrays.equals(kept, 0, length, other, 0, length);
  }

  void clear() {
    length = 0;
  }

  /// Reads what follows the first quote of a text.
  void readRest() throws IOException {
    length = 0;
    while (true) {
      copyPlain();
      byte next = source.next();
      if (next == '"') {
        return;
      }
      if (next == '\\') {
        readEscape();
      } else {
        throw new MalformedJsonException("control character in a text");
      }
    }
  }

  /// Copies up to the next byte that is not itself.
  private void copyPlain() throws IOException {
    byte[] bytes = source.bytes;
    while (source.require(1)) {
      int start = source.position;
      int end = source.limit;
      int position = start;
      while (position < end && isPlain(bytes[position])) {
        position++;
      }
      accept(bytes, start, position - start);
      source.position = position;
      if (position < end) {
        return;
      }
    }
  }

  private void readEscape() throws IOException {
    byte next = source.next();
    int character =
        switch (next) {
          case '"', '\\', '/' -> next;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> readCharacter();
          default -> throw new MalformedJsonException("unknown escape in a text");
        };
    byte[] utf8 = Character.toString(character).getBytes(StandardCharsets.UTF_8);
    accept(utf8, 0, utf8.length);
  }

  /// A character by its number, or by two numbers; half of a pair is replaced.
  private int readCharacter() throws IOException {
    char high = readUnit();
    if (!Character.isSurrogate(high)) {
      return high;
    }
    boolean isFollowed =
        source.require(2 + HEX_DIGITS)
            && source.bytes[source.position] == '\\'
            && source.bytes[source.position + 1] == 'u';
    if (!Character.isHighSurrogate(high) || !isFollowed) {
      return REPLACEMENT;
    }
    int before = source.position;
    source.position += 2;
    char low = readUnit();
    if (Character.isLowSurrogate(low)) {
      return Character.toCodePoint(high, low);
    }
    source.position = before;
    return REPLACEMENT;
  }

  private char readUnit() throws IOException {
    int unit = 0;
    for (int i = 0; i < HEX_DIGITS; i++) {
      int digit = Character.digit(source.next(), 16);
      if (digit < 0) {
        throw new MalformedJsonException("malformed escape in a text");
      }
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }

  @Override
  public void accept(byte[] bytes, int offset, int count) throws TooLongTextException {
    if (count > MAX - length) {
      throw new TooLongTextException(MAX);
    }
    System.arraycopy(bytes, offset, kept, length, count);
    length += count;
  }

  private static boolean isPlain(byte character) {
    return character != '"' && character != '\\' && (character >= ' ' || character < 0);
  }
}
