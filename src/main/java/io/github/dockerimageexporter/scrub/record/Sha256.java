package io.github.dockerimageexporter.scrub.record;

import io.github.dockerimageexporter.model.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A digest of bytes that come in pieces: by OpenSSL's library where there is one, otherwise by
/// Java's own code, which takes ten times as long where only C1 compiles.
public final class Sha256 {
  /// Pieces that are shorter are gathered, since each call costs as much as some hundred bytes.
  private static final int GATHERED = 8 * 1024;

  private final Supplier<Optional<CryptoLibrary>> library;
  private final byte[] gathered = new byte[GATHERED];
  private int length;
  private @Nullable Algorithm algorithm;

  /// What does the work.
  interface Algorithm {
    void update(byte[] bytes, int offset, int length);

    byte[] finish();
  }

  public Sha256() {
    this(CryptoLibrary::ofThisMachine);
  }

  /// @param library is only asked for if there is something to digest
  Sha256(Supplier<Optional<CryptoLibrary>> library) {
    this.library = library;
  }

  public void update(byte[] bytes, int offset, int count) {
    if (count > GATHERED - length) {
      flush();
    }
    if (count > GATHERED) {
      algorithm().update(bytes, offset, count);
    } else {
      System.arraycopy(bytes, offset, gathered, length, count);
      length += count;
    }
  }

  private void flush() {
    algorithm().update(gathered, 0, length);
    length = 0;
  }

  private Algorithm algorithm() {
    Algorithm own = algorithm;
    if (own == null) {
      own = library.get().<Algorithm>map(CryptoLibrary::digest).orElseGet(OfJava::create);
      algorithm = own;
    }
    return own;
  }

  /// That of all bytes so far; to be asked for once.
  public Digest finish() {
    flush();
    return new Digest(HexFormat.of().formatHex(algorithm().finish()));
  }

  private record OfJava(MessageDigest digest) implements Algorithm {
    static OfJava create() {
      try {
        return new OfJava(MessageDigest.getInstance("SHA-256"));
      } catch (NoSuchAlgorithmException impossible) {
        throw new AssertionError("every Java platform has SHA-256", impossible);
      }
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
      digest.update(bytes, offset, length);
    }

    @Override
    public byte[] finish() {
      return digest.digest();
    }
  }
}
