package io.github.dockerimageexporter.content;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.posix.RegularFile;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import io.github.dockerimageexporter.scrub.record.UnpackedStream;
import io.github.dockerimageexporter.scrub.record.UnpackedStream.TooMuchException;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.TarSplit;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.ZipException;

/// Reads a tar-split record to its end: gzip of JSON objects, one for each piece of the tar.
///
/// | field      | value                                | in                                 |
/// |------------|--------------------------------------|------------------------------------|
/// | `type`     | 1 for a file, 2 for the tar's own bytes | every object                    |
/// | `size`     | the length of the file               | files; left out if it is 0         |
/// | the others | not looked at                        |                                    |
///
/// Nothing is kept but the sum, and no text is unpacked, so that the memory it takes does not grow
/// with the record; one that unpacks to more than any layer needs is given up.
///
/// Source: vbatts/tar-split, `tar/storage/entry.go`.
public final class TarSplitReader {
  private static final int FILE = 1;
  private static final int SEGMENT = 2;

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();

  private TarSplitReader() {}

  /// What the record is; empty if it could not be read now, which says nothing of it.
  public static Optional<TarSplit> read(TarSplitFile file) {
    try (RegularFile record = UnpackedStream.open(file)) {
      return Optional.of(read(record));
    } catch (UnexpectedFileException other) {
      return Optional.of(new TarSplit.Invalid("expected a regular file"));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /// @throws IOException if the file cannot be read, whatever it holds
  private static TarSplit read(RegularFile file) throws IOException {
    try {
      return new TarSplit.Valid(sum(file));
    } catch (TooMuchException unknown) {
      return new TarSplit.Unknown(String.valueOf(unknown.getMessage()));
    } catch (StreamConstraintsException beyondLimit) {
      return new TarSplit.Unknown(Quote.line(beyondLimit.getOriginalMessage()));
    } catch (EOFException cutShort) {
      return new TarSplit.Invalid("cut short");
    } catch (ZipException damaged) {
      return new TarSplit.Invalid("not gzip: " + damaged.getMessage());
    } catch (JsonProcessingException malformed) {
      return new TarSplit.Invalid("not JSON: " + Quote.line(malformed.getOriginalMessage()));
    } catch (MalformedException malformed) {
      return new TarSplit.Invalid(String.valueOf(malformed.getMessage()));
    }
  }

  private static long sum(RegularFile file) throws IOException {
    try (InputStream record = UnpackedStream.ofRecord(file);
        JsonParser parser = JSON.createParser(record)) {
      long sum = 0;
      while (parser.nextToken() != null) {
        sum = Math.addExact(sum, entry(parser));
      }
      return sum;
    } catch (ArithmeticException overflow) {
      throw new MalformedException("expected sizes that a disk can hold");
    }
  }

  /// The length of one object's file, 0 if it is of none.
  private static long entry(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedException("expected objects, found " + parser.currentToken());
    }
    long type = 0;
    long size = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("type")) {
        type = number(parser, name);
      } else if (name.equals("size")) {
        size = number(parser, name);
      } else if (value == null) {
        throw new EOFException();
      } else {
        parser.skipChildren();
      }
    }
    if (type != FILE && type != SEGMENT) {
      throw new MalformedException("expected type 1 or 2, found " + type);
    }
    return type == FILE ? size : 0;
  }

  private static long number(JsonParser parser, String name) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() < 0) {
      throw new MalformedException("expected a count as " + name);
    }
    return parser.getLongValue();
  }

  /// The record is gzip of JSON, but not of a tar-split record's.
  private static final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }
}
