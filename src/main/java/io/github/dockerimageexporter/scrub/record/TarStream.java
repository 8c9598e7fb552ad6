package io.github.dockerimageexporter.scrub.record;

import io.github.dockerimageexporter.scrub.tar.MalformedTarException;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarParser;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// Reads a whole tar, entry by entry, and keeps none of it but the header it is at.
final class TarStream {
  private static final int BLOCK = 512;
  private static final int BUFFER = 64 * 1024;

  private final InputStream unpacked;
  private final Sha256 digest;
  private final TarParser parser = new TarParser();
  private final byte[] buffer = new byte[BUFFER];
  private int next;
  private int end;
  private long contentLeft;
  private int padding;

  /// @param unpacked is read to its end, after which there are no more entries
  /// @param digest takes all that was read
  TarStream(InputStream unpacked, Sha256 digest) {
    this.unpacked = unpacked;
    this.digest = digest;
  }

  /// The next entry, whose content may be read then; empty at the end.
  Optional<TarEntry> next() throws IOException {
    skip(contentLeft + padding);
    contentLeft = 0;
    padding = 0;
    while (!parser.isEnded() && fill(BLOCK)) {
      parser.accept(buffer, next, BLOCK);
      next += BLOCK;
      Optional<TarEntry> entry = parser.takeEntry();
      if (entry.isPresent()) {
        contentLeft = entry.get().sizeBytes();
        padding = (int) (-contentLeft & (BLOCK - 1));
        return entry;
      }
    }
    drain();
    return Optional.empty();
  }

  /// Reads the next bytes of the content of the entry; the whole of what is asked for.
  void readContent(byte[] target, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (contentLeft == 0 || !fill(1)) {
        throw new MalformedTarException("tar that ends in the middle of a file");
      }
      int count = (int) Math.min(Math.min(length - done, end - next), contentLeft);
      System.arraycopy(buffer, next, target, done, count);
      next += count;
      done += count;
      contentLeft -= count;
    }
  }

  private void skip(long length) throws IOException {
    long left = length;
    while (left > 0) {
      if (!fill(1)) {
        throw new MalformedTarException("tar that ends in the middle of a file");
      }
      int count = (int) Math.min(left, end - next);
      next += count;
      left -= count;
    }
  }

  private void drain() throws IOException {
    do {
      next = end;
    } while (fill(1));
  }

  /// Whether there are as many bytes; at the end of the tar there may be none.
  private boolean fill(int wanted) throws IOException {
    while (end - next < wanted) {
      System.arraycopy(buffer, next, buffer, 0, end - next);
      end -= next;
      next = 0;
      int count = unpacked.read(buffer, end, BUFFER - end);
      if (count < 0) {
        if (end > 0) {
          throw new MalformedTarException("tar that ends in the middle of a header");
        }
        return false;
      }
      digest.update(buffer, end, count);
      end += count;
    }
    return true;
  }
}
