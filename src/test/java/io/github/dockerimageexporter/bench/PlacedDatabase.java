package io.github.dockerimageexporter.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// A database in its place, and its next state in a scratch file: what a transaction writes, as
/// bbolt does, are the pages that differ and then the metas.
///
/// @param next all bytes of the next state
record PlacedDatabase(FileChannel file, ByteBuffer next) implements AutoCloseable {
  static final int PAGE_SIZE = 4096;
  private static final int METAS = 2 * PAGE_SIZE;
  private static final int PIECE = 256 * PAGE_SIZE;

  static PlacedDatabase open(Path file, Path scratch) throws IOException {
    return new PlacedDatabase(
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        ByteBuffer.wrap(Files.readAllBytes(scratch)));
  }

  /// Where the pages of the next state are, but for the metas, that are not in the file already.
  List<Integer> changed() throws IOException {
    var changed = new ArrayList<Integer>();
    var there = ByteBuffer.allocate(PIECE);
    for (int start = METAS; start < next.capacity(); start += PIECE) {
      int end = Math.min(start + PIECE, next.capacity());
      there.clear().limit(end - start);
      while (there.hasRemaining() && file.read(there, start + there.position()) > 0) {
        // The rest follows.
      }
      there.flip();
      for (int page = start; page < end; page += PAGE_SIZE) {
        if (isChanged(there, page - start, page)) {
          changed.add(page);
        }
      }
    }
    return changed;
  }

  private boolean isChanged(ByteBuffer there, int offset, int page) {
    return there.limit() < offset + PAGE_SIZE
        || !there.slice(offset, PAGE_SIZE).equals(next.slice(page, PAGE_SIZE));
  }

  void write(List<Integer> pages) throws IOException {
    for (int page : pages) {
      write(page, page + PAGE_SIZE);
    }
  }

  void writeMetas() throws IOException {
    write(0, METAS);
  }

  private void write(int start, int end) throws IOException {
    int position = start;
    while (position < end) {
      position += file.write(next.slice(position, end - position), position);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
