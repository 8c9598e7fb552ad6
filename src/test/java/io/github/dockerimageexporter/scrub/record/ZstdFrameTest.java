package io.github.dockerimageexporter.scrub.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZstdFrameTest {
  @ParameterizedTest
  @ValueSource(ints = {20, 24, 27})
  void theWindowOfAStreamIsInItsHeader(int windowLog) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var stream = new ZstdOutputStream(packed).setLong(windowLog)) {
      stream.write(new byte[1000]);
    }

    assertThat(ZstdFrame.windowBytes(packed.toByteArray())).hasValue(1L << windowLog);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 300, 100_000})
  void theWindowOfOneSegmentIsItsContent(int length) {
    byte[] packed = Zstd.compress(new byte[length]);

    assertThat(ZstdFrame.windowBytes(Arrays.copyOf(packed, ZstdFrame.MAX_HEADER))).hasValue(length);
  }

  @ParameterizedTest
  @CsvSource({
    "28b52ffd 00 53 00000000 0000000000000000, 1441792",
    "28b52ffd 23 01020304 07 0000000000000000, 7",
    "28b52ffd e2 0102 0000000200000000 000000, 33554432"
  })
  void eighthsAndDictionariesAreReckonedWith(String header, long expected) {
    byte[] head = HexFormat.of().parseHex(header.replace(" ", ""));

    assertThat(ZstdFrame.windowBytes(head)).hasValue(expected);
  }

  @Test
  void nothingIsKnownOfWhatIsNoFrame() {
    assertThat(ZstdFrame.windowBytes(new byte[ZstdFrame.MAX_HEADER])).isEmpty();
    assertThat(ZstdFrame.windowBytes(HexFormat.of().parseHex("28b52ffd0053"))).isEmpty();
  }
}
