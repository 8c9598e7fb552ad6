package io.github.dockerimageexporter.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The SHA-256 digest of some content: the name of everything content-addressed in the store.
///
/// Written as `sha256:` and 64 lower-case hexadecimal digits, both in file contents and, split at
/// the colon, in directory names (`sha256/<hex>`). Docker writes no other algorithm.
public record Digest(String hex) implements Comparable<Digest> {
  private static final String PREFIX = "sha256:";
  private static final int HEX_LENGTH = 64;
  private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Digest::sha256);

  public Digest {
    if (!isHex(hex)) {
      throw new IllegalArgumentException("not 64 lower-case hex digits: \"" + hex + "\"");
    }
  }

  /// Whether `name` is a digest without its prefix, as directory entries are named.
  public static boolean isHex(String name) {
    if (name.length() != HEX_LENGTH) {
      return false;
    }
    for (int i = 0; i < HEX_LENGTH; i++) {
      char c = name.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /// Parses the prefixed form.
  ///
  /// @throws IllegalArgumentException if `text` has another prefix or a malformed digest
  public static Digest parse(String text) {
    try {
      return new Digest(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "");
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          "expected sha256: and 64 lower-case hex digits, found \"" + abbreviate(text) + "\"",
          malformed);
    }
  }

  public static Digest of(byte[] content) {
    return new Digest(HexFormat.of().formatHex(SHA_256.get().digest(content)));
  }

  /// The digest of `text`'s ASCII bytes; chain IDs hash text, not raw digest bytes.
  public static Digest of(String text) {
    return of(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }

  private static String abbreviate(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }
}
