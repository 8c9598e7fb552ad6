package io.github.dockerimageexporter.scrub.record;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.github.dockerimageexporter.model.Quote;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/// How a blob is compressed, by its first bytes, as containerd tells it.
///
/// | first bytes           | is                          | read by                       |
/// |-----------------------|-----------------------------|-------------------------------|
/// | `1f 8b 08`            | gzip, of one member or more | the JDK                       |
/// | `28 b5 2f fd`         | zstd, of one frame or more  | zstd-jni                      |
/// | `5x 2a 4d 18`         | zstd, a frame to be skipped | the same                      |
/// | `42 5a 68`            | bzip2                       | nobody, nor by containerd     |
/// | `fd 37 7a 58 5a 00`   | xz                          | nobody                        |
/// | others                | a tar                       |                               |
///
/// Source: containerd, `pkg/archive/compression/compression.go`; RFC 1952, RFC 8878.
enum Compression {
  NONE,
  GZIP,
  ZSTD,
  BZIP2,
  XZ;

  /// How many bytes tell, and say what unpacking takes.
  static final int HEAD = ZstdFrame.MAX_HEADER;

  private static final int BUFFER = 64 * 1024;

  /// The decoder keeps as much of what it has unpacked; 16 MiB.
  private static final int MAX_WINDOW_LOG = 24;

  private static final int MEBIBYTE_LOG = 20;

  static Compression of(byte[] head) {
    if (startsWith(head, 0x1f, 0x8b, 0x08)) {
      return GZIP;
    }
    if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd) || isSkippable(head)) {
      return ZSTD;
    }
    if (startsWith(head, 'B', 'Z', 'h')) {
      return BZIP2;
    }
    return startsWith(head, 0xfd, '7', 'z', 'X', 'Z', 0) ? XZ : NONE;
  }

  private static boolean isSkippable(byte[] head) {
    return head.length >= 4
        && (head[0] & 0xf0) == 0x50
        && head[1] == 0x2a
        && head[2] == 0x4d
        && head[3] == 0x18;
  }

  private static boolean startsWith(byte[] head, int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (i >= head.length || (head[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /// What `packed` unpacks to.
  InputStream unpack(InputStream packed) throws IOException {
    return switch (this) {
      case NONE -> packed;
      case GZIP -> new GZIPInputStream(packed, BUFFER);
      case ZSTD -> unpackZstd(packed);
      case BZIP2 -> throw new UnverifiableException("its blob is compressed with bzip2");
      case XZ -> throw new UnverifiableException("its blob is compressed with xz");
    };
  }

  private static InputStream unpackZstd(InputStream packed) throws IOException {
    ZstdLibrary.locate();
    try {
      return new ZstdInputStreamNoFinalizer(packed).setLongMax(MAX_WINDOW_LOG);
    } catch (LinkageError unusable) {
      throw new UnverifiableException(
          "its blob is compressed with zstd, whose library cannot be loaded: "
              + unusable.getMessage());
    }
  }

  /// Why a blob could not be unpacked.
  ///
  /// @param head its first bytes
  static String reason(IOException failure, byte[] head) {
    if (failure instanceof ZstdIOException zstd
        && zstd.getErrorCode() == Zstd.errFrameParameterWindowTooLarge()) {
      return window(ZstdFrame.windowBytes(head).orElse(0));
    }
    String detail = failure instanceof EOFException ? "it ends too early" : failure.getMessage();
    return "its blob cannot be decompressed: " + Quote.line(String.valueOf(detail));
  }

  /// @param bytes of the first frame, which need not be the one that takes too much
  private static String window(long bytes) {
    int most = 1 << (MAX_WINDOW_LOG - MEBIBYTE_LOG);
    long window = bytes >> MEBIBYTE_LOG;
    return window > most
        ? "its blob takes a zstd window of %,d MiB, more than the %d MiB allowed here"
            .formatted(window, most)
        : "its blob takes a zstd window of more than the %d MiB allowed here".formatted(most);
  }
}
