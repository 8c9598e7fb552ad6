package io.github.dockerimageexporter.content.size;

import io.github.dockerimageexporter.posix.RegularFile;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import io.github.dockerimageexporter.scrub.json.MalformedJsonException;
import io.github.dockerimageexporter.scrub.json.TooLongTextException;
import io.github.dockerimageexporter.scrub.record.TarSplitRecord;
import io.github.dockerimageexporter.scrub.record.UnpackedStream;
import io.github.dockerimageexporter.scrub.record.UnpackedStream.TooMuchException;
import io.github.dockerimageexporter.scrub.tar.MalformedTarException;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.TarSplit;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.zip.ZipException;

/// Reads a tar-split record to its end, to know whether it is one, and the sum of the lengths of
/// its files.
///
/// Nothing is kept but the sum, so that the memory it takes does not grow with the record; one that
/// unpacks to more than any layer needs is given up.
public final class TarSplitReader {
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
      return new TarSplit.Valid(TarSplitRecord.contentBytes(file));
    } catch (TooMuchException | TooLongTextException unknown) {
      return new TarSplit.Unknown(String.valueOf(unknown.getMessage()));
    } catch (EOFException cutShort) {
      return new TarSplit.Invalid("cut short");
    } catch (ZipException damaged) {
      return new TarSplit.Invalid("not gzip: " + damaged.getMessage());
    } catch (MalformedJsonException malformed) {
      return new TarSplit.Invalid("not JSON of a record: " + malformed.getMessage());
    } catch (MalformedTarException malformed) {
      return new TarSplit.Invalid(String.valueOf(malformed.getMessage()));
    }
  }
}
