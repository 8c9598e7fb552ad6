package io.github.dockerimageexporter.store.containerd.database;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dockerimageexporter.bolt.BoltBucket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The values that containerd writes into its databases.
///
/// | value  | written as                                                                     |
/// |--------|--------------------------------------------------------------------------------|
/// | text   | UTF-8                                                                          |
/// | size   | a varint, zig-zag: 7 bits a byte, the lowest first                             |
/// | number | the same without sign                                                          |
/// | time   | a byte of version, seconds since the year 1 (i64), nanoseconds (i32), all      |
/// |        | big-endian, and a zone                                                         |
///
/// Source: Go, `encoding/binary` (varint.go), `time` (MarshalBinary).
final class GoValue {
  /// Seconds from the year 1 to 1970.
  private static final long YEAR_1_TO_EPOCH = 62_135_596_800L;

  private static final int TIME_LENGTH = 13;

  private GoValue() {}

  static Optional<String> text(BoltBucket bucket, String key) {
    return bucket.value(key).map(bytes -> new String(bytes, UTF_8)).filter(t -> !t.isEmpty());
  }

  /// A text that others repeat, in this database or its next state: it is kept once.
  static Optional<String> name(BoltBucket bucket, String key) {
    return text(bucket, key).map(String::intern);
  }

  /// A key, which is read as bytes, as the text that it stands for.
  static String key(String bytes) {
    return new String(bytes.getBytes(ISO_8859_1), UTF_8);
  }

  static Optional<Long> size(BoltBucket bucket, String key) {
    return bucket.value(key).map(GoValue::unsigned).map(raw -> (raw >>> 1) ^ -(raw & 1));
  }

  static Optional<Long> number(BoltBucket bucket, String key) {
    return bucket.value(key).map(GoValue::unsigned);
  }

  static Optional<Instant> time(BoltBucket bucket, String key) {
    return bucket.value(key).filter(bytes -> bytes.length >= TIME_LENGTH).flatMap(GoValue::time);
  }

  /// The texts in a nested bucket; none if it is not there.
  static Map<String, String> texts(BoltBucket bucket, String name) throws IOException {
    Optional<BoltBucket> nested = bucket.bucket(name);
    var texts = new LinkedHashMap<String, String>();
    if (nested.isPresent()) {
      nested.get().values().forEach((key, value) -> texts.put(key(key), new String(value, UTF_8)));
    }
    return texts;
  }

  private static Optional<Instant> time(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      return Optional.of(
          Instant.ofEpochSecond(
              Math.subtractExact(buffer.getLong(1), YEAR_1_TO_EPOCH), buffer.getInt(9)));
    } catch (ArithmeticException | DateTimeException outOfRange) {
      return Optional.empty();
    }
  }

  private static long unsigned(byte[] bytes) {
    long number = 0;
    int shift = 0;
    for (byte part : bytes) {
      number |= (part & 0x7fL) << shift;
      shift += 7;
      if (part >= 0 || shift >= Long.SIZE) {
        break;
      }
    }
    return number;
  }
}
