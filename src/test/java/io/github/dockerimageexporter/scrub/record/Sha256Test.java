package io.github.dockerimageexporter.scrub.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Sha256Test {
  private static final int BYTES = 300_000;

  /// With the machine's library, if it has one, and without.
  static Stream<Optional<CryptoLibrary>> libraries() {
    return Stream.of(CryptoLibrary.ofThisMachine(), Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void piecesOfAnyLengthMakeTheDigestOfTheWhole(Optional<CryptoLibrary> library)
      throws NoSuchAlgorithmException {
    var random = new Random(5);
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    for (int longest : new int[] {1, 600, 10_000, BYTES}) {
      var digest = new Sha256(() -> library);
      int end = longest == 1 ? 100 : BYTES;
      int start = 0;
      while (start < end) {
        int length = Math.min(end - start, 1 + random.nextInt(longest));
        digest.update(bytes, start, length);
        start += length;
      }
      assertThat(digest.finish()).isEqualTo(expected(Arrays.copyOf(bytes, end)));
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void nothingHasADigestToo(Optional<CryptoLibrary> library) throws NoSuchAlgorithmException {
    assertThat(new Sha256(() -> library).finish()).isEqualTo(expected(new byte[0]));
  }

  @Test
  void aLibraryThatIsNotThereOrAnotherIsNotUsed() {
    assertThat(CryptoLibrary.open("libnowhere.so.3")).isEmpty();
    assertThat(CryptoLibrary.open("libc.so.6")).isEmpty();
  }

  private static Digest expected(byte[] bytes) throws NoSuchAlgorithmException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
    return new Digest(HexFormat.of().formatHex(digest));
  }
}
