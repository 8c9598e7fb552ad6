package io.github.dockerimageexporter.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;

/// A style sheet or script that stands in the page, and the hash by which the page's policy allows
/// it and no other.
record EmbeddedFile(String text, String hash) {

  /// Reads one of the program's own files.
  static EmbeddedFile read(String file) {
    try (InputStream in = Objects.requireNonNull(EmbeddedFile.class.getResourceAsStream(file))) {
      byte[] bytes = in.readAllBytes();
      return new EmbeddedFile(new String(bytes, StandardCharsets.UTF_8), hash(bytes));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(file + " in the program's own archive", unreadable);
    }
  }

  /// Source: Content Security Policy Level 3, 2.3.1, hash-source.
  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }
}
