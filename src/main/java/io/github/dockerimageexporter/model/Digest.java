package io.github.dockerimageexporter.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The SHA-256 digest of some content: the name of everything content-addressed in the store.
///
/// Written as `sha256:` and 64 lower-case hexadecimal digits, both in file contents and, split at
/// the colon, in directory names (`sha256/<hex>`). Docker writes no other algorithm.
///
/// A large store has tens of thousands of them, most of them keys of maps, so that they are kept as
/// numbers, not as text.
public final class Digest implements Comparable<Digest> {
  private static final String PREFIX = "sha256:";
  private static final byte[] PREFIX_BYTES = PREFIX.getBytes(US_ASCII);
  private static final byte[] NOTHING = {};
  private static final int HEX_LENGTH = 64;

  /// Of the prefixed form.
  private static final int LENGTH = PREFIX.length() + HEX_LENGTH;

  private static final int DIGITS_OF_LONG = 16;
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(US_ASCII);
  private static final byte NO_DIGIT = -1;
  private static final byte[] VALUES = values();
  private static final Pattern OTHER_ALGORITHMS =
      Pattern.compile("sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}");
  private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Digest::sha256);

  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  /// @throws IllegalArgumentException if `hex` has another form than [#isHex] asks for
  public Digest(String hex) {
    this(hex, 0);
  }

  /// @param start where the digits begin that reach to the end of `text`
  private Digest(String text, int start) {
    if (text.length() != start + HEX_LENGTH) {
      throw malformed(text, start);
    }
    this.first = part(text, start, 0);
    this.second = part(text, start, 1);
    this.third = part(text, start, 2);
    this.fourth = part(text, start, 3);
  }

  private Digest(ByteBuffer bytes) {
    this.first = bytes.getLong();
    this.second = bytes.getLong();
    this.third = bytes.getLong();
    this.fourth = bytes.getLong();
  }

  /// The sixteen digits of a quarter, as `HexFormat` reads them, which takes three times as long
  /// without C2.
  private static long part(String text, int start, int quarter) {
    int from = start + quarter * DIGITS_OF_LONG;
    long part = 0;
    int all = 0;
    for (int i = from; i < from + DIGITS_OF_LONG; i++) {
      char digit = text.charAt(i);
      int value = digit < VALUES.length ? VALUES[digit] : NO_DIGIT;
      all |= value;
      part = part << 4 | value;
    }
    if (all < 0) {
      throw malformed(text, start);
    }
    return part;
  }

  private static IllegalArgumentException malformed(String text, int start) {
    return new IllegalArgumentException(
        "not 64 lower-case hex digits: \"" + text.substring(start) + "\"");
  }

  private static byte[] values() {
    var values = new byte['f' + 1];
    Arrays.fill(values, NO_DIGIT);
    for (byte value = 0; value < DIGITS.length; value++) {
      values[DIGITS[value]] = value;
    }
    return values;
  }

  /// The digest that has this name in a directory, if it is one's.
  public static Optional<Digest> ofName(String name) {
    try {
      return name.length() == HEX_LENGTH ? Optional.of(new Digest(name)) : Optional.empty();
    } catch (IllegalArgumentException other) {
      return Optional.empty();
    }
  }

  /// Whether `name` is a digest without its prefix, as directory entries are named.
  public static boolean isHex(String name) {
    return isHex(name, 0);
  }

  private static boolean isHex(String text, int start) {
    if (text.length() != start + HEX_LENGTH) {
      return false;
    }
    for (int i = start; i < start + HEX_LENGTH; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /// Whether `text` is a digest of another algorithm that Docker and containerd accept, which
  /// nothing here reads.
  ///
  /// Source: go-digest, `algorithm.go`.
  public static boolean isOfOtherAlgorithm(String text) {
    return OTHER_ALGORITHMS.matcher(text).matches();
  }

  /// Parses the prefixed form.
  ///
  /// @throws IllegalArgumentException if `text` has another prefix or a malformed digest
  public static Digest parse(String text) {
    try {
      return text.startsWith(PREFIX) ? new Digest(text, PREFIX.length()) : new Digest("");
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          "expected sha256: and 64 lower-case hex digits, found \"" + Quote.of(text) + "\"",
          malformed);
    }
  }

  public static Digest of(byte[] content) {
    return new Digest(ByteBuffer.wrap(SHA_256.get().digest(content)));
  }

  /// The digest of `text`'s ASCII bytes.
  public static Digest of(String text) {
    return of(text.getBytes(US_ASCII));
  }

  /// The digest of two digests' texts with a space between them, as chain IDs hash text, not raw
  /// digest bytes.
  static Digest ofPair(Digest one, Digest other) {
    byte[] text = new byte[2 * LENGTH + 1];
    one.write(PREFIX_BYTES, text, 0);
    text[LENGTH] = ' ';
    other.write(PREFIX_BYTES, text, LENGTH + 1);
    return of(text);
  }

  /// The first sixteen digits as an unsigned number: those of two digests are ordered as they are.
  public long rank() {
    return first;
  }

  /// The 64 digits without the prefix.
  public String hex() {
    return text(NOTHING);
  }

  /// The 64 digits without the prefix, a byte each.
  public byte[] hexBytes() {
    return bytes(NOTHING);
  }

  @Override
  public int compareTo(Digest other) {
    int order = Long.compareUnsigned(first, other.first);
    order = order != 0 ? order : Long.compareUnsigned(second, other.second);
    order = order != 0 ? order : Long.compareUnsigned(third, other.third);
    return order != 0 ? order : Long.compareUnsigned(fourth, other.fourth);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Digest that
        && first == that.first
        && second == that.second
        && third == that.third
        && fourth == that.fourth;
  }

  /// Any bits of a digest are as good as a hash of all.
  @Override
  public int hashCode() {
    return Long.hashCode(first);
  }

  @Override
  public String toString() {
    return text(PREFIX_BYTES);
  }

  private String text(byte[] prefix) {
    return new String(bytes(prefix), ISO_8859_1);
  }

  private byte[] bytes(byte[] prefix) {
    byte[] text = new byte[prefix.length + HEX_LENGTH];
    write(prefix, text, 0);
    return text;
  }

  private void write(byte[] prefix, byte[] text, int begin) {
    System.arraycopy(prefix, 0, text, begin, prefix.length);
    int start = begin + prefix.length;
    write(first, text, start);
    write(second, text, start + DIGITS_OF_LONG);
    write(third, text, start + 2 * DIGITS_OF_LONG);
    write(fourth, text, start + 3 * DIGITS_OF_LONG);
  }

  private static void write(long part, byte[] text, int start) {
    for (int i = 0; i < DIGITS_OF_LONG; i++) {
      text[start + i] = DIGITS[(int) (part >>> (60 - 4 * i)) & 0xf];
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }
}
