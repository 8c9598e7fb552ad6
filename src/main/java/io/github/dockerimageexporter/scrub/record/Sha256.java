package io.github.dockerimageexporter.scrub.record;

import io.github.dockerimageexporter.model.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A digest of bytes that come in pieces.
public final class Sha256 {
  private final MessageDigest digest = algorithm();

  private static MessageDigest algorithm() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }

  public void update(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
  }

  /// That of all bytes so far; to be asked for once.
  public Digest finish() {
    return new Digest(HexFormat.of().formatHex(digest.digest()));
  }
}
